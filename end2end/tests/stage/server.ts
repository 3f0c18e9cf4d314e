import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../../..');
const TARGET = process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target');

/** A program to put on the stage: the binary, and what is special about its environment. */
export interface Program {
  binary: string;
  siteRoot: string;
  /** What answers with success once it is up. */
  ready: string;
  environment: Record<string, string>;
}

/** The binary `thyra`, in its debug build unless `E2E_PROFILE=release` asks for the other. */
export function thyra(settings: Record<string, string> = {}): (data: string) => Program {
  const profile = process.env.E2E_PROFILE ?? 'debug';
  const siteRoot = join(TARGET, profile, 'site');
  return (data) => ({
    binary: join(TARGET, profile, 'thyra'),
    siteRoot,
    ready: '/readyz',
    environment: {
      THYRA_ADDR: '127.0.0.1:0',
      THYRA_DATABASE_URL: `sqlite:${data}/thyra.db`,
      THYRA_SITE_ROOT: siteRoot,
      // Stories hurry; those about limits switch them on.
      THYRA_LIMITS: 'off',
      ...settings,
    },
  });
}

export interface Mail {
  channel: string;
  to: string;
  subject: string | null;
  body: string;
  code: string | null;
  link: string | null;
  created_at: number;
}

/** A running server with a database of its own, gone with the test that started it. */
export class Server {
  private constructor(
    readonly origin: string,
    readonly data: string,
    private readonly child: ChildProcess,
    private readonly output: string[],
    private readonly program: Program,
  ) {}

  static async start(describe: (data: string) => Program | Promise<Program>): Promise<Server> {
    const data = await mkdtemp(join(tmpdir(), 'thyra-e2e-'));
    const program = await describe(data);
    const child = spawn(program.binary, [], {
      cwd: data,
      env: { ...inherited(), LEPTOS_SITE_ROOT: program.siteRoot, ...program.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: string[] = [];
    const origin = await announcedOrigin(child, output);
    const server = new Server(origin, data, child, output, program);
    await server.get(program.ready);
    return server;
  }

  /** Everything the server has printed. */
  get log(): string {
    return this.output.join('');
  }

  /** The messages that were "sent", newest first. */
  async outbox(): Promise<Mail[]> {
    return (await (await this.get('/dev/outbox.json')).json()) as Mail[];
  }

  async outboxOf(address: string): Promise<Mail[]> {
    return (await this.outbox()).filter((mail) => mail.to === address);
  }

  /** Runs the same binary with a command, over the same database: `thyra keys show`. */
  async command(...parts: string[]): Promise<string> {
    const child = spawn(this.program.binary, parts, {
      cwd: this.data,
      env: { ...inherited(), THYRA_DATABASE_URL: `sqlite:${this.data}/thyra.db`, THYRA_PUBLIC_URL: this.origin },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const printed: string[] = [];
    child.stdout!.on('data', (chunk) => printed.push(String(chunk)));
    child.stderr!.on('data', (chunk) => printed.push(String(chunk)));
    const code = await new Promise((done) => child.once('close', done));
    if (code !== 0) throw new Error(`thyra ${parts.join(' ')} ended with ${code}: ${printed.join('')}`);
    return printed.join('');
  }

  async stop(): Promise<void> {
    await ended(this.child);
    await rm(this.data, { recursive: true, force: true });
  }

  private async get(path: string): Promise<Response> {
    const response = await fetch(this.origin + path);
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return response;
  }
}

/** The machine's environment without settings of ours: a stray one must not change what is tested. */
function inherited(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(THYRA|LEPTOS)_/.test(name)));
}

/** The first address the server prints: it took a free port, and only it knows which. */
function announcedOrigin(child: ChildProcess, output: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output.push(String(chunk));
      const found = output.join('').match(/http:\/\/localhost:[1-9]\d*/);
      if (found) resolve(found[0]);
    };
    child.stdout!.on('data', read);
    child.stderr!.on('data', read);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}:\n${output.join('')}`)));
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((done) => child.once('exit', () => done()));
  child.kill('SIGTERM');
  const impatience = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await gone;
  clearTimeout(impatience);
}
