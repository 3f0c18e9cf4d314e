// The pages on which everybody begins load the application when somebody is there, and not before.
import type { Page } from '@playwright/test';
import { ADA, Person } from '../stage/person.ts';
import { holdScripts } from '../stage/hold.ts';
import { expect, test } from '../stage/index.ts';

/** What the page has asked for by now. */
function requests(page: Page): string[] {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  return asked;
}

const isApplication = (path: string) => /\.(js|wasm)$/.test(path);

for (const path of ['/sign-in', '/sign-up?redirect_url=%2F']) {
  test(`${path} asks for nothing but itself and its looks until somebody is there`, async ({ page }) => {
    const asked = requests(page);

    await page.goto(path, { waitUntil: 'networkidle' });

    expect(asked.filter(isApplication)).toEqual([]);
    expect(asked.some((path) => path.endsWith('.css'))).toBe(true);
  });
}

test('where somebody is in the middle of something, it comes by itself', async ({ page }) => {
  await page.goto('/');

  await expect(page.locator('body[data-hydrated]')).toBeAttached();
});

const signs: [string, (page: Page) => Promise<unknown>][] = [
  ['a key', (page) => page.keyboard.press('Tab')],
  ['a pointer that moves', (page) => page.mouse.move(20, 20)],
  ['what a password manager fills in', (page) => page.locator('[name="identifier"]').fill(ADA.email)],
  ['the window in front again', (page) => page.evaluate(() => window.dispatchEvent(new Event('focus')))],
  [
    'the page out of the memory of left pages',
    (page) => page.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))),
  ],
];
for (const [sign, gives] of signs) {
  test(`${sign} is a sign of somebody, and the page hydrates once`, async ({ page }) => {
    const asked = requests(page);
    await page.goto('/sign-in', { waitUntil: 'networkidle' });

    await gives(page);
    await gives(page);

    await expect(page.locator('body[data-hydrated]')).toBeAttached();
    expect(asked.filter((path) => path.endsWith('.wasm'))).toHaveLength(1);
  });
}

test('what is typed while the page still comes is a sign too', async ({ page }) => {
  // The field is there, and the script at the end of the document is not.
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      const field = document.querySelector<HTMLInputElement>('[name="identifier"]');
      if (!field) return;
      field.value = 'ada@example.com';
      observer.disconnect();
    }).observe(document, { childList: true, subtree: true });
  });

  await page.goto('/sign-in');

  await expect(page.locator('body[data-hydrated]')).toBeAttached();
  await expect(page.locator('[name="identifier"]')).toHaveValue('ada@example.com');
});

test('who types at once types into the first field, from the first letter', async ({ page }) => {
  await page.goto('/sign-in');

  await page.keyboard.type(ADA.email, { delay: 20 });
  await expect(page.locator('body[data-hydrated]')).toBeAttached();
  await page.keyboard.type('x');

  await expect(page.locator('[name="identifier"]')).toHaveValue(`${ADA.email}x`);
});

test('a field that somebody goes to without a key or a pointer is a sign', async ({ page }) => {
  await page.goto('/sign-up', { waitUntil: 'networkidle' });

  await page.locator('[name="password"]').focus();

  await expect(page.locator('body[data-hydrated]')).toBeAttached();
  await expect(page.locator('[name="password"]')).toBeFocused();
});

test('somebody who types into another field than the one with the error goes on there', async ({ person, page }) => {
  await person.signsUp();
  await person.signsOut();
  const release = await holdScripts(page);
  await page.goto('/sign-up');
  await person.identifier.fill(ADA.email);
  await person.password.fill(ADA.password);
  await person.continues();
  await expect(page.locator('[name="email_address"][aria-invalid="true"]')).toBeVisible();
  await person.password.focus();

  release();
  await expect(page.locator('body[data-hydrated]')).toBeAttached();
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));

  await expect(person.password).toBeFocused();
  expect(await person.errorOf(person.identifier)).toContain('taken');
});

test('a page that slept while another tab signed in learns of it when somebody is there', async ({ person, page }) => {
  await person.signsUp();
  await person.signsOut();
  await page.clock.install();
  await page.goto('/sign-in', { waitUntil: 'networkidle' });
  const tab = await page.context().newPage();
  await new Person(tab, person.server, person.console, true).signsInWithPassword();
  await page.clock.fastForward('00:11');

  await page.mouse.move(20, 20);

  await person.isSignedIn();
});
