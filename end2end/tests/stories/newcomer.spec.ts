import { ADA } from '../stage/person.ts';
import { expect, test } from '../stage/index.ts';

test('a newcomer creates an account and comes back by password and by e-mail code', async ({ person }) => {
  await person.open('/');
  await person.link('Sign up').click();
  await person.seesStep('start');
  await expect(person.page).toHaveTitle('Create your account · Thyra');
  await person.identifier.fill(ADA.email);
  await person.password.fill(ADA.password);
  await person.continues();

  await person.seesStep('verify-email-address');
  await expect(person.page).toHaveTitle('Verify your email · Thyra');
  await person.entersCode(await person.newestCode(ADA.email));
  await person.isSignedIn(ADA);
  await person.signsOut();

  await person.signsInWithPassword(ADA);
  await person.signsOut();

  await person.namesAccount(ADA.email);
  await person.seesStep('password');
  await expect(person.page).toHaveTitle('Enter your password · Thyra');
  await person.choosesEmailCode(ADA.email);
  await expect(person.page).toHaveTitle('Check your email · Thyra');
  await person.entersCode(await person.newestCode(ADA.email));
  await person.isSignedIn(ADA);
});

test('the outbox shows people the message that was sent', async ({ person }) => {
  await person.open('/sign-up');
  await person.identifier.fill(ADA.email);
  await person.password.fill(ADA.password);
  await person.continues();
  await person.seesStep('verify-email-address');
  const code = await person.newestCode(ADA.email);

  await person.page.goto('/dev/outbox');

  await expect(person.page.getByText(ADA.email).first()).toBeVisible();
  await expect(person.page.getByText(code).first()).toBeVisible();
});

test('a session survives the browser being closed and the page reloaded', async ({ person }) => {
  await person.signsUp();

  await person.page.reload();

  await person.isSignedIn();
});

test('whoever is signed in is not asked to sign in again', async ({ person }) => {
  await person.signsUp();

  await person.page.goto('/sign-in');

  await person.isSignedIn();
});
