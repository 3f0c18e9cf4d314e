// One visit of a page on a slow phone by a browser that has nothing cached.
import type { Browser, CDPSession, Page } from '@playwright/test';

const CPU_SLOWDOWN = 4;
const MEGABITS = 9;
const ROUND_TRIP_MS = 60;
/** A visit takes seconds. One that takes this long will not come to an end: better a named error than a silent wait. */
const PATIENCE_MS = 60_000;

/** A page to visit, and how its form is recognised. */
export interface Subject {
  url: string;
  /** A selector of the first field for an identifier. */
  field: string;
  /** A selector that matches once the form answers to its user. */
  usable: string;
  /** A key that is pressed as soon as the page is loaded, and does nothing by itself. */
  key?: string;
}

/** What a visit found: bytes by type of resource, and milliseconds since the navigation began. */
export interface Visit {
  bytes: Record<string, number>;
  visible: number;
  usable: number;
  mainThread: number;
}

interface Marks {
  visible: number;
  usable: number;
}

declare global {
  interface Window {
    marks: Marks;
  }
}

export async function visit(browser: Browser, subject: Subject): Promise<Visit> {
  const context = await browser.newContext();
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const crash = crashed(page);
  try {
    return await Promise.race([measure(page, subject), crash]);
  } catch (error) {
    throw new Error(`${subject.url}: ${error instanceof Error ? error.message : error}`);
  } finally {
    await context.close();
  }
}

async function measure(page: Page, { url, field, usable, key }: Subject): Promise<Visit> {
  const devtools = await page.context().newCDPSession(page);
  await slowDown(devtools);
  const bytes = countBytes(devtools);
  await page.addInitScript(watch, { field, usable });
  await page.goto(url, { waitUntil: 'load' });
  if (key) await page.keyboard.press(key);
  // Polled by time: in a page that is not painted, frames are not to be waited for.
  await page.waitForFunction(() => window.marks.usable > 0, undefined, { polling: 50 });
  const mainThread = await mainThreadTime(devtools);
  await page.waitForLoadState('networkidle');
  return { bytes, ...(await page.evaluate(() => window.marks)), mainThread };
}

async function slowDown(devtools: CDPSession): Promise<void> {
  await devtools.send('Network.enable');
  await devtools.send('Performance.enable');
  await devtools.send('Network.setCacheDisabled', { cacheDisabled: true });
  await devtools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: ROUND_TRIP_MS,
    downloadThroughput: (MEGABITS * 1_000_000) / 8,
    uploadThroughput: (MEGABITS * 1_000_000) / 8,
  });
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWDOWN });
}

/** Bytes as they came over the wire, compressed, with heads of answers; the record grows while the page loads. */
function countBytes(devtools: CDPSession): Record<string, number> {
  const types = new Map<string, string>();
  const bytes: Record<string, number> = {};
  devtools.on('Network.responseReceived', ({ requestId, type }) => types.set(requestId, type));
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const type = types.get(requestId) ?? 'Other';
    bytes[type] = (bytes[type] ?? 0) + encodedDataLength;
  });
  return bytes;
}

/** Runs in the page before anything of its own: notes in which frame the form is painted and when it answers. */
function watch({ field, usable }: { field: string; usable: string }): void {
  const marks = { visible: 0, usable: 0 };
  window.marks = marks;
  const look = () => {
    const input = document.querySelector(field);
    if (!marks.visible && input?.getClientRects().length) marks.visible = performance.now();
    if (!marks.usable && marks.visible && document.querySelector(usable)) marks.usable = performance.now();
    if (!marks.usable) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

async function mainThreadTime(devtools: CDPSession): Promise<number> {
  const { metrics } = await devtools.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1_000;
}

function crashed(page: Page): Promise<never> {
  return new Promise((_, reject) => page.once('crash', () => reject(new Error('the page crashed: out of memory?'))));
}
