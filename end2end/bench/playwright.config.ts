import { defineConfig } from '@playwright/test';
import { CHROMIUM } from '../tests/stage/chromium.ts';

// Not a test of right or wrong: it measures, and prints rows of a Markdown table.
export default defineConfig({
  testDir: '.',
  testMatch: 'page/page.bench.ts',
  outputDir: '../test-results/bench',
  workers: 1,
  timeout: 600_000,
  reporter: [['line']],
  use: { launchOptions: CHROMIUM },
});
