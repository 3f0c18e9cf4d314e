// What the server lets through as a redirect target, read by the parser that counts: the browser's.
import type { APIRequestContext } from '@playwright/test';
import { expect, test } from '../stage/index.ts';

const OTHER = 'http://127.0.0.1:9';
const TARGETS = 1_500;
const AT_ONCE = 8;

test.use({ settings: { THYRA_ALLOWED_ORIGINS: OTHER } });

/** The same numbers at every run, so that a target that got through can be looked at. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function targets(own: string): string[] {
  const host = new URL(own).host;
  const pieces = [
    ...['/', '/', '\\', ':', '@', '?', '#', '.', '..', '%', '[', ']', ' ', '\t', '\n', '%2f', '%5C', '%09', '%2e', '&', ';'],
    ...['http:', 'https:', 'http://', 'HTTP://', 'javascript:', 'data:', 'blob:', host, OTHER, own, 'evil.example', ':80'],
    ...['user:pass@', '\uff0f', '\u3002', '\u2044', '\u00ad', '\u202e', 'xn--', 'a', 'account', '0x7f', '127.1'],
  ];
  const number = numbers(20_261_123);
  const target = () => Array.from({ length: 1 + number(7) }, () => pieces[number(pieces.length)]!).join('');
  // Half of them begin as a path or an origin that is let through: the interesting part is what follows.
  const begun = () => ['/', own, OTHER, ''][number(4)]! + target();
  return Array.from({ length: TARGETS }, begun);
}

/** Where the server leads somebody who is signed in and brings this target. */
async function leads(request: APIRequestContext, target: string): Promise<string> {
  const answer = await request.get(`/sign-in?redirect_url=${encodeURIComponent(target)}`, { maxRedirects: 0 });
  expect(answer.status(), JSON.stringify(target)).toBe(302);
  // Playwright shows the bytes of a header as Latin-1; browsers read UTF-8.
  return Buffer.from(answer.headers()['location']!, 'latin1').toString('utf8');
}

test('sec F05: whatever is let through, the browser stays where it may go', async ({ person, page, server }) => {
  test.slow();
  await person.signsUp();
  const waiting = targets(server.origin);
  const led: { target: string; location: string }[] = [];
  const ask = async () => {
    for (let target = waiting.pop(); target !== undefined; target = waiting.pop())
      led.push({ target, location: await leads(page.request, target) });
  };
  await Promise.all(Array.from({ length: AT_ONCE }, ask));

  const read = await page.evaluate(
    (all) => all.map((one) => ({ ...one, origin: new URL(one.location, location.href).origin })),
    led,
  );

  expect(read.filter(({ origin }) => origin !== server.origin && origin !== OTHER)).toEqual([]);
  const honoured = read.filter(({ target, location }) => target === location);
  expect(honoured.length, 'some are let through').toBeGreaterThan(50);
  expect(honoured.some(({ origin }) => origin === OTHER)).toBe(true);
  expect(read.length - honoured.length, 'and some are not').toBeGreaterThan(500);
});
