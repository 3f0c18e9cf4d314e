// Nodes that browser extensions put into the page before its script arrives: hydration finds its way around them, and
// when the page is beyond that, it goes on as plain HTML.
import { ADA } from '../stage/person.ts';
import { expect, test } from '../stage/index.ts';
import { holdScripts } from '../stage/hold.ts';
import type { Page } from '@playwright/test';

type Place = [string, InsertPosition];

const PLACES: Place[] = [
  ['body', 'afterbegin'],
  ['main', 'beforebegin'],
  ['main', 'afterbegin'],
  ['.thyra-root', 'afterbegin'],
  ['.thyra-card', 'afterbegin'],
  ['.thyra-title', 'afterbegin'],
  ['[role="alert"]', 'afterbegin'],
  ['form', 'beforebegin'],
  ['form', 'afterbegin'],
  ['form input[type="hidden"]', 'afterend'],
  ['.thyra-field', 'afterbegin'],
  ['.thyra-label', 'beforebegin'],
  ['.thyra-label', 'afterbegin'],
  ['.thyra-input-box', 'beforebegin'],
  ['.thyra-input-box', 'afterend'],
  ['.thyra-input', 'beforebegin'],
  ['.thyra-input', 'afterend'],
  ['.thyra-field-error', 'afterbegin'],
  ['.thyra-field', 'afterend'],
  ['[data-thyra-part="submit"]', 'beforebegin'],
  ['[data-thyra-part="submit"]', 'afterbegin'],
];

const STRANGERS = {
  'an element': '<div class="stranger"><input><button>Fill</button></div>',
  'a text': 'stranger',
  'a comment': '<!-- stranger -->',
};

async function put(page: Page, places: readonly Place[], html: string): Promise<void> {
  await page.evaluate(
    ([places, html]) => {
      for (const [selector, where] of places) document.querySelector(selector)!.insertAdjacentHTML(where, html);
    },
    [places, html] as const,
  );
}

for (const [what, html, places] of [
  ...PLACES.map((place) => [`an element ${place[1]} of ${place[0]}`, STRANGERS['an element'], [place]] as const),
  ['elements everywhere', STRANGERS['an element'], PLACES] as const,
  ['texts everywhere', STRANGERS['a text'], PLACES] as const,
  ['comments everywhere', STRANGERS['a comment'], PLACES] as const,
]) {
  test(`${what}: the form keeps what was typed, and tells what is wrong`, async ({ person, page, console }) => {
    console.expect(/status of 422/);
    const release = await holdScripts(page);
    await page.goto('/sign-up', { waitUntil: 'commit' });
    await person.identifier.fill(ADA.email);
    await person.password.pressSequentially('short');
    await put(page, places, html);

    release();
    await person.settled();

    await expect(page.locator('html')).not.toHaveAttribute('data-thyra-plain');
    const [email, password] = [page.locator('#thyra-sign-up-email_address'), page.locator('#thyra-sign-up-password')];
    await expect(email).toHaveValue(ADA.email);
    await expect(password).toHaveValue('short');
    await expect(password).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(password).toHaveAttribute('aria-invalid', 'true');
    await expect(page.locator('#thyra-sign-up-password-error')).toContainText('at least 8 characters');
    await expect(page, 'answered without leaving the page').toHaveURL(/\/sign-up$/);
  });
}

test('a node behind the hidden identifier does no harm', async ({ person, page, console }) => {
  console.expect(/status of 422/);
  await person.signsUp();
  await person.signsOut();
  await person.namesAccount(ADA.email);
  await person.seesStep('password');
  const release = await holdScripts(page);
  await page.reload({ waitUntil: 'commit' });
  await person.password.fill('not the password');
  await put(page, [['form input[name="identifier"]', 'afterend']], STRANGERS['an element']);
  await person.password.evaluate((field) => field.setAttribute('data-password-manager', 'seen'));

  release();
  await person.settled();

  await page.keyboard.press('Enter');
  await expect(person.password).toHaveAttribute('aria-invalid', 'true');
  await person.password.fill(ADA.password);
  await page.keyboard.press('Enter');
  await person.isSignedIn();
});

test('a page that a translator has rewritten works', async ({ person, page, console }) => {
  console.expect(/status of 422/);
  const release = await holdScripts(page);
  await page.goto('/sign-up', { waitUntil: 'commit' });
  await person.identifier.fill(ADA.email);
  await person.password.fill('short');
  await page.evaluate(() => {
    const texts = document.createTreeWalker(document.querySelector('main')!, NodeFilter.SHOW_TEXT);
    const found: Node[] = [];
    while (texts.nextNode()) if (texts.currentNode.textContent!.trim()) found.push(texts.currentNode);
    for (const text of found) {
      const [outer, inner] = [document.createElement('font'), document.createElement('font')];
      inner.textContent = `translated: ${text.textContent}`;
      outer.append(inner);
      text.parentNode!.replaceChild(outer, text);
    }
  });

  release();
  await person.settled();

  await page.locator('[data-thyra-part="submit"]').click();
  await expect(page.locator('#thyra-sign-up-password')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.locator('#thyra-sign-up-email_address')).toHaveValue(ADA.email);
});

test('where hydration fails, people sign in by plain forms, and read what is wrong', async ({ person, page, console }) => {
  await person.signsUp();
  await person.signsOut();
  // What breaks off the wasm says so itself, three times over.
  console.expect(/hydration|panicked|unreachable|preloaded using link preload/i);
  await page.addInitScript(() => {
    const remove = () => document.querySelector('.thyra-header')?.remove();
    new MutationObserver(remove).observe(document, { childList: true, subtree: true });
  });
  const isPlain = () => expect(page.locator('html')).toHaveAttribute('data-thyra-plain', '');
  const release = await holdScripts(page);
  await page.goto('/sign-in', { waitUntil: 'commit' });
  await person.identifier.pressSequentially(ADA.email);

  release();
  await isPlain();

  await expect(person.identifier).toHaveValue(ADA.email);
  await expect(person.identifier).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-thyra-step="password"]')).toBeVisible();
  await isPlain();
  await person.password.fill('not the password');
  await person.button('Continue').click();
  await expect(person.password).toHaveAttribute('aria-invalid', 'true');
  expect(await person.errorOf(person.password)).toContain('Password is incorrect.');
  await isPlain();
  await person.password.fill(ADA.password);
  await person.button('Continue').click();
  await expect(page).toHaveURL(`${person.server.origin}/`);
  await expect(person.button('Sign out').first()).toBeVisible();
});
