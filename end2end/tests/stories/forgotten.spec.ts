// A forgotten password: a code by e-mail, a new password, and everybody else is signed out.
import { ADA } from '../stage/person.ts';
import { expect, test } from '../stage/index.ts';

const RENEWED = { email: ADA.email, password: 'another horse, another battery' };

test.beforeEach(async ({ person }) => {
  await person.signsUp();
  await person.signsOut();
  await person.namesAccount(ADA.email);
  await person.seesStep('password');
  await person.link('Forgot password?').click();
  await person.seesStep('forgot-password');
});

test('whoever forgot the password sets another and is signed in', async ({ person, server }) => {
  await person.button(/^Send a code to/).click();
  await person.seesStep('reset-password-email-code');
  await person.entersCode(await person.newestCode(ADA.email));
  await person.seesStep('new-password');
  await expect(person.page).toHaveURL(/\/sign-in\/reset-password$/);

  await person.page.getByLabel('New password', { exact: true }).fill(RENEWED.password);
  await person.button('Set password').click();

  await expect(person.page.getByRole('heading', { name: 'Your password is changed' })).toBeVisible();
  if (!person.scripts) await person.link('Continue').click();
  await person.isSignedIn();
  expect((await server.outboxOf(ADA.email))[0]!.subject).toContain('password was changed');
  await person.signsOut();
  await person.signsInWithPassword(RENEWED);
});

test('a new password that is too short is told at the field, and nothing is lost', async ({ person, console }) => {
  console.expect(/status of 422/);
  await person.button(/^Send a code to/).click();
  await person.seesStep('reset-password-email-code');
  await person.entersCode(await person.newestCode(ADA.email));
  await person.seesStep('new-password');
  const field = person.page.getByLabel('New password', { exact: true });
  await field.fill('short');
  await person.button('Set password').click();

  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await person.seesStep('new-password');
  expect(await person.errorOf(field)).toContain('at least 8 characters');
});

test('whoever remembers the password goes back to it', async ({ person }) => {
  await person.link('Back').click();
  await person.seesStep('password');
  await person.password.fill(ADA.password);
  await person.continues();
  await person.isSignedIn();
});
