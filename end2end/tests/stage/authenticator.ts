import { createHmac } from 'node:crypto';
import type { Account } from './person.ts';
import type { Server } from './server.ts';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Somebody's authenticator app: RFC 6238 by Node's own HMAC, and nothing of ours. */
export class Authenticator {
  private lastStep = 0;

  constructor(private readonly secret: string) {}

  /** A code that is right now and was not shown before: within half a minute of the last one, the next one's. */
  code(): string {
    this.lastStep = Math.max(this.lastStep + 1, Math.floor(Date.now() / 30_000));
    return this.codeOf(this.lastStep);
  }

  /** A code that is not right, neither now nor a step before or after. */
  wrongCode(): string {
    const now = Math.floor(Date.now() / 30_000);
    const right = [-2, -1, 0, 1, 2].map((step) => this.codeOf(now + step));
    return [...'0123456789'].map((digit) => digit.repeat(6)).find((code) => !right.includes(code))!;
  }

  private codeOf(step: number): string {
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(step));
    const digest = createHmac('sha1', this.key()).update(counter).digest();
    const at = digest.at(-1)! & 15;
    return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
  }

  private key(): Buffer {
    const bits = [...this.secret].map((letter) => LETTERS.indexOf(letter).toString(2).padStart(5, '0')).join('');
    return Buffer.from(bits.match(/.{8}/g)!.map((byte) => Number.parseInt(byte, 2)));
  }
}

export interface SecondFactors {
  app: Authenticator;
  backupCodes: string[];
}

/** An account with an app and backup codes, as an app server brings it along. */
export async function withSecondFactors(server: Server, { email, password }: Account): Promise<SecondFactors> {
  const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
  const backupCodes = ['abcd-efgh', '1jkm-n0pq'];
  const key = (await server.command('keys', 'show')).match(/sk_(live|test)_\S+/)![0];
  const response = await fetch(`${server.origin}/v1/users`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ email_address: [email], password, totp_secret: secret, backup_codes: backupCodes }),
  });
  if (!response.ok) throw new Error(`the user was not made: ${response.status} ${await response.text()}`);
  return { app: new Authenticator(secret), backupCodes };
}
