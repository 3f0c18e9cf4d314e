// A link by e-mail signs in the browser that asked for it, and no other.
import type { Page } from '@playwright/test';
import { ADA, type Person } from '../stage/person.ts';
import { expect, test } from '../stage/index.ts';

/** Asks for a link as somebody who has a password but would rather not type it, and gives where the link leads. */
async function asksForLink(person: Person): Promise<string> {
  await person.signsUp();
  await person.signsOut();
  await person.namesAccount(ADA.email);
  await person.seesStep('password');
  await person.link('Use another method').click();
  await person.seesStep('methods');
  await person.button(/^Email a link to/).click();
  await person.seesStep('email-link');
  await expect.poll(async () => (await person.newestMail(ADA.email)).link).toBeTruthy();
  return (await person.newestMail(ADA.email)).link!;
}

/** Opens the link in another tab. Where scripts run, the browser that asked for it need not press anything. */
async function opensLink(tab: Page, link: string, presses: boolean): Promise<void> {
  await tab.goto(link);
  if (presses) await tab.getByRole('button').click();
  await expect(tab.locator('[data-thyra-part="sign-in"], h1').first()).toBeVisible();
}

test('a link that is opened signs in the page that waits for it', async ({ person }) => {
  const link = await asksForLink(person);

  const tab = await person.page.context().newPage();
  await opensLink(tab, link, !person.scripts);

  if (!person.scripts) await person.button('I’ve opened the link').click();
  await person.isSignedIn();
});

test('a link that is opened in another browser signs nobody in', async ({ person, browser }) => {
  const link = await asksForLink(person);

  const stranger = await browser.newContext({ javaScriptEnabled: person.scripts });
  const tab = await stranger.newPage();
  await opensLink(tab, link, false);

  await expect(tab.getByText('Open the link where you began')).toBeVisible();
  await stranger.close();
  await person.seesStep('email-link');
});
