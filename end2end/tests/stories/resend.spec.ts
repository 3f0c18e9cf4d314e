// A code that does not arrive can be asked for once more, after a wait that a reload does not begin anew.
import { ADA, type Person } from '../stage/person.ts';
import type { Locator } from '@playwright/test';
import { expect, test } from '../stage/index.ts';

async function waitsForCode(person: Person): Promise<void> {
  await person.open('/sign-up');
  await person.identifier.fill(ADA.email);
  await person.password.fill(ADA.password);
  await person.continues();
  await person.seesStep('verify-email-address');
}

test('a second code can be asked for, and it is the one that counts', async ({ person, page, server, javaScriptEnabled }) => {
  if (javaScriptEnabled) await page.clock.install();
  await waitsForCode(person);
  const first = await person.newestCode(ADA.email);
  if (javaScriptEnabled) {
    await expect(person.button('Resend')).toHaveAttribute('aria-disabled', 'true');
    await page.clock.runFor('00:31');
    await expect(person.button('Resend')).not.toHaveAttribute('aria-disabled', 'true');
  }
  const colorOf = (part: Locator) => part.evaluate((element) => getComputedStyle(element).color);
  expect(await colorOf(person.button('Resend')), 'it looks like something to press').not.toBe(
    await colorOf(page.locator('.thyra-resend-question')),
  );
  await person.code.fill('123');

  await person.button('Resend').click();

  await expect.poll(async () => (await server.outboxOf(ADA.email)).length).toBe(2);
  await expect(person.code, 'what stood there was for the first code').toHaveValue('');
  const second = await person.newestCode(ADA.email);
  expect(second, 'a code of its own').not.toBe(first);
  await person.entersCode(second);
  await person.isSignedIn();
});

test('a reload does not begin the wait anew', async ({ person, page, javaScriptEnabled }) => {
  await waitsForCode(person);
  const left = async () => Number((await page.locator('.thyra-resend-wait').textContent())!.match(/\d+/)![0]);
  // Without scripts nothing counts on the page: it has to be asked for again.
  await expect
    .poll(async () => {
      if (javaScriptEnabled === false) await page.reload();
      return left();
    })
    .toBeLessThan(28);
  const before = await left();

  await page.reload();
  await person.settled();

  expect(await left(), 'what was waited counts').toBeLessThanOrEqual(before);
});
