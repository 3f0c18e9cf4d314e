import { defineConfig } from '@playwright/test';
import type { StageOptions } from './tests/stage/index.ts';
import { CHROMIUM } from './tests/stage/chromium.ts';

// Every story is told twice: with the page's scripts, and without. What differs is in the stage, not in the story.
export default defineConfig<StageOptions>({
  testDir: 'tests',
  outputDir: 'test-results/artifacts',
  fullyParallel: true,
  workers: 2,
  forbidOnly: Boolean(process.env.CI),
  timeout: 90_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  use: {
    launchOptions: CHROMIUM,
    locale: 'en-US',
    screenshot: 'only-on-failure',
    trace: process.env.CI ? 'off' : 'retain-on-failure',
  },
  projects: [
    {
      name: 'scripts on',
      testMatch: ['stories/**/*.spec.ts', 'in-the-browser/**/*.spec.ts'],
      use: { javaScriptEnabled: true },
    },
    {
      name: 'scripts off',
      testMatch: 'stories/**/*.spec.ts',
      use: { javaScriptEnabled: false },
    },
    { name: 'clerk clients', testMatch: 'clerk-clients/**/*.spec.ts' },
    { name: 'embedded app', testMatch: 'embedded-app/**/*.spec.ts' },
  ],
});
