import type { LaunchOptions } from '@playwright/test';

/** Debian's Chromium, kept from calling home: the flags that its own background services need turned off. */
export const CHROMIUM: LaunchOptions = {
  executablePath: process.env.CHROMIUM_BIN ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};
