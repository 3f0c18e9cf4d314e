// A page that has stood in another tab, or in the browser's memory, is looked after when somebody comes back to it.
import { ADA, type Person } from '../stage/person.ts';
import { expect, test } from '../stage/index.ts';

/** Ends everything of this browser behind the page's back. */
async function endsElsewhere({ page, server }: Person): Promise<void> {
  const ended = await page.request.delete('/__clerk/v1/client', { headers: { origin: server.origin } });
  expect(ended.status(), await ended.text()).toBe(200);
}

test('a code form whose attempt ended elsewhere does not stay', async ({ person, page }) => {
  await page.clock.install();
  await person.signsUp();
  await person.signsOut();
  await person.namesAccount(ADA.email);
  await person.seesStep('password');
  await person.choosesEmailCode(ADA.email);
  await endsElsewhere(person);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));

  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  expect(asked, 'what is fresh is not asked for again').toEqual([]);
  await page.clock.runFor('01:01');
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));

  await person.seesStep('start');
  await expect(page).toHaveURL(/\/sign-in$/);
});

test('a page from the memory of left pages shows who is signed in now', async ({ person, page }) => {
  await person.signsUp();
  await endsElsewhere(person);

  await page.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));

  await expect(page.getByText('Nobody is signed in on this device.')).toBeVisible();
});
