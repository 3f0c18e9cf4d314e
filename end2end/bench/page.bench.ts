// The sign-in page on a slow phone: bytes by type, time to a visible and to a usable form, main-thread time.
// Beside it a form of plain HTML from the same server's address, so that what the network and Chromium cost by
// themselves can be taken off.
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { Server, thyra } from '../tests/stage/server.ts';

const RUNS = 7;
const CPU_SLOWDOWN = 4;
const MEGABITS = 9;
const ROUND_TRIP_MS = 60;

interface Visit {
  bytes: Record<string, number>;
  visible: number;
  usable: number;
  mainThread: number;
}

const BLANK = `<!doctype html><html lang="en"><head><title>Blank</title></head><body data-hydrated>
  <form data-thyra-step="start"><label>Email address <input name="identifier"></label><button>Continue</button></form>
  </body></html>`;

async function slowDown(context: BrowserContext, page: Page) {
  const devtools = await context.newCDPSession(page);
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
  return devtools;
}

/** Set in the page before anything of it runs: notes when the form is painted and when it is hydrated. */
function watch(): void {
  const marks = { visible: 0, usable: 0 };
  Object.assign(window, { marks });
  const look = () => {
    if (!marks.visible && document.querySelector('[data-thyra-step="start"] input')) marks.visible = performance.now();
    if (!marks.usable && document.body?.hasAttribute('data-hydrated')) marks.usable = performance.now();
    if (!marks.visible || !marks.usable) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** One visit by a browser that has nothing cached. */
async function visit(browser: Browser, url: string): Promise<Visit> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const devtools = await slowDown(context, page);
  const types = new Map<string, string>();
  const bytes: Record<string, number> = {};
  devtools.on('Network.responseReceived', ({ requestId, type }) => types.set(requestId, type));
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const type = types.get(requestId) ?? 'Other';
    bytes[type] = (bytes[type] ?? 0) + encodedDataLength;
  });
  await page.addInitScript(watch);
  await page.goto(url, { waitUntil: 'load' });
  await page.waitForFunction(() => (window as unknown as { marks: { usable: number } }).marks.usable > 0);
  const marks = await page.evaluate(() => (window as unknown as { marks: Visit }).marks);
  const { metrics } = await devtools.send('Performance.getMetrics');
  const mainThread = (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1_000;
  await context.close();
  return { bytes, visible: marks.visible, usable: marks.usable, mainThread };
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

test('the sign-in page on a slow phone', async ({ browser }) => {
  const server = await Server.start(thyra());
  const blank = createServer((_, response) => response.setHeader('content-type', 'text/html').end(BLANK)).listen(0);
  const { port } = blank.address() as AddressInfo;
  const ours: Visit[] = [];
  const theirs: Visit[] = [];
  for (let run = 0; run < RUNS; run++) {
    ours.push(await visit(browser, `${server.origin}/sign-in`));
    theirs.push(await visit(browser, `http://127.0.0.1:${port}/`));
  }
  blank.close();
  await server.stop();
  report(ours, theirs);
});

function report(page: Visit[], blank: Visit[]): void {
  const rows: [string, string, string][] = [];
  const types = Object.keys(page[0]!.bytes).sort();
  const size = (type: string) => median(page.map(({ bytes }) => bytes[type] ?? 0));
  const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
  for (const type of types) rows.push([`bytes over the wire: ${type}`, kilobytes(size(type)), '']);
  const total = types.reduce((sum, type) => sum + size(type), 0);
  rows.push(['bytes over the wire: all', kilobytes(total), '≤ 159 kB (0.45 × 354 kB)']);
  for (const [what, key, bar] of [
    ['time to visible form', 'visible', '≤ 0.10 × incumbent, each less the blank form'],
    ['time to usable form', 'usable', ''],
    ['main-thread time', 'mainThread', '≤ 0.25 × incumbent, each less the blank form'],
  ] as const) {
    const ours = median(page.map((visit) => visit[key]));
    const theirs = median(blank.map((visit) => visit[key]));
    rows.push([what, `${ours.toFixed(0)} ms (blank form ${theirs.toFixed(0)} ms)`, bar]);
  }
  const table = rows.map((row) => `| ${row.join(' | ')} |\n`).join('');
  if (process.env.BENCH_ROWS) appendFileSync(process.env.BENCH_ROWS, table);
  console.log(`\n${table}`);
}
