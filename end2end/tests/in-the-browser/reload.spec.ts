// A reload while an answer is on its way: the server has done what was asked, and the browser never hears of it.
import type { Page } from '@playwright/test';
import { expect, test } from '../stage/index.ts';
import { ADA } from '../stage/person.ts';

const FORMS = '**/api/auth/sign_in/*';

/** From now on a form reaches the server in the browser's name, but its answer, with its cookies, is lost. */
async function losesAnswers(page: Page): Promise<{ lost: Promise<void> }> {
  let isLost = () => {};
  const lost = new Promise<void>((resolve) => (isLost = resolve));
  await page.route(FORMS, async (route) => {
    const request = route.request();
    const cookies = await page.context().cookies();
    const response = await fetch(request.url(), {
      method: 'POST',
      headers: { ...request.headers(), cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') },
      body: request.postData(),
    });
    expect(response.status).toBe(200);
    await route.abort();
    isLost();
  });
  return { lost };
}

test.beforeEach(async ({ person, console }) => {
  console.expect(/net::ERR_FAILED/);
  await person.signsUp();
  await person.signsOut();
  await person.namesAccount(ADA.email);
  await person.seesStep('password');
});

test('sec_e07 a right password whose answer was lost has opened the door after a reload', async ({ person, page }) => {
  await person.password.fill(ADA.password);
  const { lost } = await losesAnswers(page);
  await person.continues();
  await lost;
  await page.unroute(FORMS);

  await page.reload();

  await person.isSignedIn();
});

test('a code that was sent when the answer was lost is the code that opens, after a reload', async ({ person, page }) => {
  await person.link('Use another method').click();
  await person.seesStep('methods');
  const { lost } = await losesAnswers(page);
  await person.button(/^Email a code to/).click();
  await lost;
  await page.unroute(FORMS);

  await page.reload();
  await person.seesStep('methods');
  await person.button(/^Email a code to/).click();

  await person.seesStep('email-code');
  expect(await person.server.outboxOf(ADA.email), 'the code of the sign-up, and one more').toHaveLength(2);
  await person.entersCode(await person.newestCode(ADA.email));
  await person.isSignedIn();
});
