// What everybody can download: nothing in it may be the server's own. Each secret is a canary that is searched for in
// the built files, and in what a server with these secrets sends.
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, test } from '../stage/index.ts';
import { thyra } from '../stage/server.ts';

const SECRET_KEY = 'sk_live_CanaryKey0123456789abcdefghijklmnop';
const MAILER = 'canary-of-the-mailer';

/** Beginnings of secrets that no file of ours may hold, and the canaries. */
const SECRETS = ['sk_live_', 'sk_test_', 'PRIVATE KEY', 'THYRA_SECRET_KEY', SECRET_KEY, MAILER];

function secretsIn(bytes: Buffer): string[] {
  return SECRETS.filter((secret) => bytes.includes(secret));
}

function unpacked(name: string, bytes: Buffer): Buffer {
  if (name.endsWith('.br')) return brotliDecompressSync(bytes);
  if (name.endsWith('.gz')) return gunzipSync(bytes);
  return bytes;
}

test('sec_f09 the built files hold no secret', () => {
  const { siteRoot } = thyra()('');
  const files = readdirSync(siteRoot, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const kinds = new Set(files.map((file) => extname(file.name)));
  expect([...kinds], 'a site that was built').toEqual(expect.arrayContaining(['.js', '.wasm', '.css']));

  for (const file of files) {
    const path = join(file.parentPath, file.name);
    expect(secretsIn(unpacked(file.name, readFileSync(path))), path).toEqual([]);
  }
});

test.describe('a server with secrets', () => {
  test.use({
    settings: { THYRA_SECRET_KEY: SECRET_KEY, THYRA_SMTP_URL: `smtp://mailer:${MAILER}@127.0.0.1:1` },
  });

  test('sec_f09 no page, no error page and no file of it holds one', async ({ server }) => {
    const seen = new Set<string>();
    const paths = ['/', '/sign-in', '/sign-in/factor-one', '/sign-up', '/nowhere', '/pkg/nothing.js', '/sign-in?__err=x&__path=y'];
    for (const path of paths) {
      const response = await fetch(server.origin + path, { headers: { accept: 'text/html' } });
      const page = Buffer.from(await response.arrayBuffer());
      expect(secretsIn(page), path).toEqual([]);
      for (const [file] of page.toString().matchAll(/\/pkg\/[\w.-]+/g)) seen.add(file);
    }

    const files = [...seen].filter((file) => file !== '/pkg/nothing.js');
    expect(files.length, 'the script, the wasm and the styles').toBeGreaterThanOrEqual(3);
    for (const file of files) {
      const response = await fetch(server.origin + file);
      expect(response.status, file).toBe(200);
      expect(secretsIn(Buffer.from(await response.arrayBuffer())), file).toEqual([]);
    }
    expect(server.log).not.toContain(MAILER);
  });
});
