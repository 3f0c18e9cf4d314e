// Somebody who presses buttons twice: what they sent counts once, and they get in.
import { expect, test } from '../stage/index.ts';
import { ADA } from '../stage/person.ts';

test('buttons pressed twice lead where once does', async ({ person }) => {
  const pressesTwice = (name: string) => person.button(name).dblclick();

  await person.open('/sign-up');
  await person.identifier.fill(ADA.email);
  await person.password.fill(ADA.password);
  await pressesTwice('Continue');
  await person.seesStep('verify-email-address');
  await person.entersCode(await person.newestCode(ADA.email));
  await person.isSignedIn();

  await person.button('Sign out').first().dblclick();
  await expect(person.page.getByText('Nobody is signed in on this device.')).toBeVisible();

  await person.open('/sign-in');
  await person.identifier.fill(ADA.email);
  await pressesTwice('Continue');
  await person.seesStep('password');
  await person.password.fill(ADA.password);
  await pressesTwice('Continue');
  await person.isSignedIn();
});
