// The page is usable before its script arrives, and the script takes nothing away when it does.
import { ADA } from '../stage/person.ts';
import { expect, test } from '../stage/index.ts';
import { holdScripts } from '../stage/hold.ts';

for (const path of ['/', '/sign-in', '/sign-up']) {
  test(`${path} hydrates without a word`, async ({ person }) => {
    await person.open(path);
  });
}

test('what was typed before the script arrived is still there, and is what is sent', async ({ person, page }) => {
  await person.signsUp();
  await person.signsOut();
  const release = await holdScripts(page);
  await page.goto('/sign-in');
  await person.identifier.fill(ADA.email);

  release();
  await person.settled();

  await expect(person.identifier).toHaveValue(ADA.email);
  await person.continues();
  await person.seesStep('password');
});

test('a form sent before the script arrived is answered', async ({ person, page }) => {
  await person.signsUp();
  await person.signsOut();
  const release = await holdScripts(page);
  await page.goto('/sign-in', { waitUntil: 'commit' });
  await person.identifier.fill(ADA.email);

  await person.continues();

  await expect(page.locator('[data-thyra-step="password"]')).toBeVisible();
  release();
  await person.seesStep('password');
});

test('a password typed before hydration signs in after it', async ({ person, page }) => {
  await person.signsUp();
  await person.signsOut();
  await person.namesAccount(ADA.email);
  await person.seesStep('password');
  const release = await holdScripts(page);
  await page.reload({ waitUntil: 'commit' });
  await person.password.fill(ADA.password);

  release();
  await person.settled();

  await expect(person.password).toHaveValue(ADA.password);
  await person.continues();
  await person.isSignedIn();
});

test('no request for data follows hydration', async ({ person, page }) => {
  const asked: string[] = [];
  page.on('request', (request) => {
    if (['fetch', 'xhr'].includes(request.resourceType()) && !request.url().endsWith('.wasm')) asked.push(request.url());
  });

  await person.open('/sign-in');

  expect(asked).toEqual([]);
});
