// Going back, reloading, asking again: nothing that was typed is lost and no second message is sent.
import { ADA } from '../stage/person.ts';
import { expect, test } from '../stage/index.ts';

test.beforeEach(async ({ person }) => {
  await person.signsUp();
  await person.signsOut();
});

test('back from the password keeps the address', async ({ person }) => {
  await person.namesAccount(ADA.email);
  await person.seesStep('password');

  await person.page.goBack();

  await person.seesStep('start');
  await expect(person.identifier).toHaveValue(ADA.email);
});

test('the address can be edited from the password step', async ({ person }) => {
  await person.namesAccount(ADA.email);
  await person.seesStep('password');

  await person.link(/^Edit/).click();

  await person.seesStep('start');
  await expect(person.identifier).toHaveValue(ADA.email);
});

test('back and forth through the other methods ends where it began', async ({ person }) => {
  await person.namesAccount(ADA.email);
  await person.seesStep('password');
  await person.link('Use another method').click();
  await person.seesStep('methods');

  await person.page.goBack();

  await person.seesStep('password');
  await expect(person.page.getByText(ADA.email).first()).toBeVisible();
});

test('a reload on the code step stays there and sends no second code', async ({ person, server }) => {
  await person.namesAccount(ADA.email);
  await person.seesStep('password');
  await person.choosesEmailCode(ADA.email);
  const sent = (await server.outboxOf(ADA.email)).length;

  await person.page.reload();

  await person.seesStep('email-code');
  expect((await server.outboxOf(ADA.email)).length).toBe(sent);
  await person.entersCode(await person.newestCode(ADA.email));
  await person.isSignedIn();
});

test('a deep link without an attempt falls back to the start', async ({ person }) => {
  await person.open('/sign-in/factor-one');

  await person.seesStep('start');
  await expect(person.page).toHaveURL(/\/sign-in$/);
});
