import { join, resolve } from 'node:path';
import type { Program } from './server.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

/** The app of end2end/embedded-app. It has settings of its own; only where it keeps its data is ours to say. */
export function notebook(data: string): Program {
  const siteRoot = join(ROOT, 'end2end/embedded-app/target/site');
  return {
    binary: join(process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target'), 'debug/notebook'),
    siteRoot,
    environment: {
      LEPTOS_ENV: 'DEV',
      LEPTOS_OUTPUT_NAME: 'notebook',
      LEPTOS_SITE_PKG_DIR: 'pkg',
      NOTEBOOK_ADDR: '127.0.0.1:0',
      NOTEBOOK_DATABASE_URL: `sqlite:${data}/notebook.db`,
    },
  };
}
