// Somebody who tries faster than anybody types: told to wait, and let in afterwards.
import { expect, test } from '../stage/index.ts';
import { ADA } from '../stage/person.ts';

test.use({ settings: { THYRA_LIMITS: 'on' } });

test('sec_c06 the fourth password within ten seconds waits, and the page says for how long', async ({ person, console }) => {
  console.expect(/status of 4(22|29)/);
  await person.signsUp();
  await person.signsOut();
  await person.namesAccount(ADA.email);
  await person.seesStep('password');
  const told = person.page.getByText(/^Too many requests\. Try again in \d+ seconds?\./);
  for (let tries = 0; tries < 4 && !(await told.isVisible()); tries++) {
    await person.password.fill(`guess number ${tries}`);
    await person.continues();
    await expect(person.page.getByText(/^(Password is incorrect|Too many requests)/)).toBeVisible();
  }
  await expect(told).toBeVisible();
});
