// Files of an npm package, served as the vendor's content delivery network serves them: with brotli, cacheable.
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join, normalize } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

export class Package {
  /** Where it is found, its version included: `/npm/@clerk/ui@1.36.0/`. */
  readonly prefix: string;
  private readonly compressed = new Map<string, Buffer>();

  constructor(
    name: string,
    private readonly folder: string,
  ) {
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
    this.prefix = `/npm/${name}@${version}/`;
  }

  send(path: string, response: ServerResponse): void {
    try {
      const body = this.file(normalize(path.slice(this.prefix.length)));
      response.writeHead(200, {
        'content-type': 'text/javascript',
        'content-encoding': 'br',
        'content-length': body.length,
        'access-control-allow-origin': '*',
        'cache-control': 'public, max-age=31536000, immutable',
      });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  }

  /** Compressed once, by brotli's best: the visit that is not counted asks for every file first. */
  private file(name: string): Buffer {
    const known = this.compressed.get(name);
    if (known) return known;
    const body = brotliCompressSync(readFileSync(join(this.folder, name)));
    this.compressed.set(name, body);
    return body;
  }
}
