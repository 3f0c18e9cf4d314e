import { createServer, type AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import type { Program } from './server.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const TARGET = process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target');
const BUILD = process.env.E2E_EMBEDDED_BUILD ?? 'erased';

/**
 * The app of end2end/embedded-app, as scripts/build_embedded_app.sh builds it: `erased` unless E2E_EMBEDDED_BUILD asks for
 * another. Its environment is the one that `cargo leptos serve` would give it, and its data is where it is started.
 */
export async function notebook(): Promise<Program> {
  const app = join(TARGET, 'embedded-app', BUILD, 'target');
  const siteRoot = join(app, 'site');
  return {
    binary: join(app, BUILD === 'release' ? 'release' : 'debug', 'notebook'),
    siteRoot,
    ready: '/',
    environment: {
      NOTEBOOK_LIMITS: 'off',
      LEPTOS_OUTPUT_NAME: 'notebook',
      LEPTOS_SITE_PKG_DIR: 'pkg',
      LEPTOS_SITE_ADDR: `127.0.0.1:${await freePort()}`,
    },
  };
}

/** A port that nobody listens at. The app takes the one it is told, as apps do. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
