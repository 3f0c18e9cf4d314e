// A mistake gets a sentence at the field it was made in, the same with scripts and without, and costs nothing:
// the person corrects it and goes on.
import { ADA } from '../stage/person.ts';
import { expect, test } from '../stage/index.ts';

// Chromium notes every answer that is not a success.
test.beforeEach(({ console }) => console.expect(/status of 422/));

test('a wrong password is told at the password, and the right one still works', async ({ person }) => {
  await person.signsUp();
  await person.signsOut();
  await person.namesAccount(ADA.email);
  await person.seesStep('password');

  await person.password.fill('not the password');
  await person.continues();

  await expect(person.password).toHaveAttribute('aria-invalid', 'true');
  await person.seesStep('password');
  expect(await person.errorOf(person.password)).toContain('Password is incorrect.');
  await person.password.fill(ADA.password);
  await person.continues();
  await person.isSignedIn();
});

test('a wrong code is told at the code, and the right one still works', async ({ person }) => {
  await person.open('/sign-up');
  await person.identifier.fill(ADA.email);
  await person.password.fill(ADA.password);
  await person.continues();
  await person.seesStep('verify-email-address');
  const code = await person.newestCode(ADA.email);

  await person.entersCode(code === '000000' ? '111111' : '000000');

  await expect(person.code).toHaveAttribute('aria-invalid', 'true');
  await person.seesStep('verify-email-address');
  expect(await person.errorOf(person.code)).toContain('Incorrect code.');
  await person.entersCode(code);
  await person.isSignedIn();
});

test('a wrong code while signing in is told at the code', async ({ person }) => {
  await person.signsUp();
  await person.signsOut();
  await person.namesAccount(ADA.email);
  await person.seesStep('password');
  await person.choosesEmailCode(ADA.email);
  const code = await person.newestCode(ADA.email);

  await person.entersCode(code === '000000' ? '111111' : '000000');

  await expect(person.code).toHaveAttribute('aria-invalid', 'true');
  expect(await person.errorOf(person.code)).toContain('Incorrect code.');
  await person.entersCode(code);
  await person.isSignedIn();
});

test('an unknown address leads to an account, with the address kept', async ({ person }) => {
  await person.namesAccount('nobody@example.com');

  await person.seesStep('account-not-found');
  await person.link('Create an account').click();

  await person.seesStep('start');
  await expect(person.page).toHaveURL(/\/sign-up/);
  await expect(person.identifier).toHaveValue('nobody@example.com');
});

test('an address that is taken is told at the address', async ({ person }) => {
  await person.signsUp();
  await person.signsOut();
  await person.open('/sign-up');

  await person.identifier.fill(ADA.email);
  await person.password.fill('another long password 7');
  await person.continues();

  await expect(person.identifier).toHaveAttribute('aria-invalid', 'true');
  expect(await person.errorOf(person.identifier)).toContain('That email address is taken.');
});

test('a password that is too short is told at the password, and the address is kept', async ({ person }) => {
  await person.open('/sign-up');

  await person.identifier.fill(ADA.email);
  await person.password.fill('short');
  await person.continues();

  await expect(person.password).toHaveAttribute('aria-invalid', 'true');
  expect(await person.errorOf(person.password)).toContain('at least 8 characters');
  await expect(person.identifier).toHaveValue(ADA.email);
});

test('a locked account leads back to the start, and is told there', async ({ person, server, request }) => {
  await person.signsUp();
  await person.signsOut();
  await person.namesAccount(ADA.email);
  await person.seesStep('password');
  const key = (await server.command('keys', 'show')).match(/sk_(live|test)_\S+/)![0];
  const headers = { authorization: `Bearer ${key}` };
  const users = (await (await request.get('/v1/users', { headers })).json()) as { id: string }[];
  const locked = await request.post(`/v1/users/${users[0]!.id}/lock`, { headers });
  expect(locked.status(), await locked.text()).toBe(200);

  await person.password.fill(ADA.password);
  await person.continues();

  await person.seesStep('start');
  await expect(person.alert).toContainText('Your account is locked');
});

for (const [what, typed, told] of [
  ['an address that is none', 'ada at example', 'Enter a valid email address'],
  ['an address that is far too long', `${'a'.repeat(400)}@example.com`, 'Enter a valid email address'],
] as const) {
  test(`${what} is told at the address when signing up`, async ({ person }) => {
    await person.open('/sign-up');

    await person.identifier.fill(typed);
    await person.password.fill(ADA.password);
    await person.continues();

    await expect(person.identifier).toHaveAttribute('aria-invalid', 'true');
    expect(await person.errorOf(person.identifier)).toContain(told);
    await person.seesStep('start');
  });
}
