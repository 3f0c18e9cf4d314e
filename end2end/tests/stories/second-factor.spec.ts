// A second factor: an authenticator app, a backup code when it is not at hand, and no way around either.
import { withSecondFactors, type SecondFactors } from '../stage/authenticator.ts';
import { ADA, type Person } from '../stage/person.ts';
import { expect, test } from '../stage/index.ts';
import type { Server } from '../stage/server.ts';

async function entersPassword(person: Person): Promise<void> {
  await person.namesAccount(ADA.email);
  await person.seesStep('password');
  await person.password.fill(ADA.password);
  await person.continues();
  await person.seesStep('totp');
  await expect(person.page).toHaveURL(/\/sign-in\/factor-two$/);
}

function backupCode(person: Person) {
  return person.page.getByLabel('Backup code', { exact: true });
}

async function choosesBackupCode(person: Person): Promise<void> {
  await person.link('Use another method').click();
  await person.seesStep('methods');
  await person.button('Use a backup code').click();
  await person.seesStep('backup-code');
}

async function begins(person: Person, server: Server): Promise<SecondFactors> {
  const factors = await withSecondFactors(server, ADA);
  await entersPassword(person);
  return factors;
}

test('whoever has an app enters its code after the password', async ({ person, server }) => {
  const { app } = await begins(person, server);

  await person.entersCode(app.code());

  await person.isSignedIn();
});

test('a wrong code is told at the field, and the next one may be right', async ({ person, server, console }) => {
  console.expect(/status of 422/);
  const { app } = await begins(person, server);

  await person.entersCode(app.wrongCode());

  await expect(person.code).toHaveAttribute('aria-invalid', 'true');
  expect(await person.errorOf(person.code)).toContain('Incorrect code');
  await person.seesStep('totp');
  await person.entersCode(app.code());
  await person.isSignedIn();
});

test('a code that was used already opens nothing again', async ({ person, server, console }) => {
  console.expect(/status of 422/);
  const { app } = await begins(person, server);
  const code = app.code();
  await person.entersCode(code);
  await person.isSignedIn();
  await person.signsOut();
  await entersPassword(person);

  await person.entersCode(code);

  await expect(person.code).toHaveAttribute('aria-invalid', 'true');
  expect(await person.errorOf(person.code)).toContain('Incorrect code');
  await person.entersCode(app.code());
  await person.isSignedIn();
});

test('a backup code signs in once, without the app', async ({ person, server, console }) => {
  console.expect(/status of 422/);
  const { backupCodes } = await begins(person, server);
  await choosesBackupCode(person);
  await backupCode(person).fill(backupCodes[0]!.toUpperCase().replace('-', ' '));
  await person.continues();
  await person.isSignedIn();
  expect((await server.outboxOf(ADA.email))[0]!.subject).toContain('backup code');
  await person.signsOut();
  await entersPassword(person);
  await choosesBackupCode(person);

  await backupCode(person).fill(backupCodes[0]!);
  await person.continues();

  await expect(backupCode(person)).toHaveAttribute('aria-invalid', 'true');
  await person.seesStep('backup-code');
  expect(await person.errorOf(backupCode(person))).toContain('Incorrect code');
  await backupCode(person).fill(backupCodes[1]!);
  await person.continues();
  await person.isSignedIn();
});

test('the list of methods says who helps, and leads back', async ({ person, server }) => {
  const { app } = await begins(person, server);
  await person.link('Use another method').click();
  await person.seesStep('methods');
  await expect(person.page.getByText('Contact the people who run')).toBeVisible();

  await person.link('Back').click();

  await person.seesStep('totp');
  await person.entersCode(app.code());
  await person.isSignedIn();
});

test('a password that was reset still needs the app', async ({ person, server }) => {
  const { app } = await withSecondFactors(server, ADA);
  await person.namesAccount(ADA.email);
  await person.seesStep('password');
  await person.link('Forgot password?').click();
  await person.seesStep('forgot-password');
  await person.button(/^Send a code to/).click();
  await person.seesStep('reset-password-email-code');
  await person.entersCode(await person.newestCode(ADA.email));
  await person.seesStep('new-password');
  await person.page.getByLabel('New password', { exact: true }).fill('another horse, another battery');
  await person.button('Set password').click();

  await person.seesStep('totp');

  await expect(person.page.getByText('Your new password is set.')).toBeVisible();
  await person.entersCode(app.code());
  await person.isSignedIn();
});

test.describe('where a password needs a code by e-mail', () => {
  test.use({ settings: { THYRA_EMAIL_SECOND_FACTOR: 'on' } });

  test('it is sent by itself, and a wrong one is told', async ({ person, server, console }) => {
    console.expect(/status of 422/);
    await person.signsUp();
    await person.signsOut();
    const before = (await server.outboxOf(ADA.email)).length;
    await person.namesAccount(ADA.email);
    await person.seesStep('password');
    await person.password.fill(ADA.password);
    await person.continues();
    await person.seesStep('email-code');
    await expect(person.page).toHaveURL(/\/sign-in\/factor-two$/);
    await expect.poll(async () => (await server.outboxOf(ADA.email)).length).toBe(before + 1);
    const code = await person.newestCode(ADA.email);

    await person.entersCode(code === '000000' ? '111111' : '000000');

    await expect(person.code).toHaveAttribute('aria-invalid', 'true');
    expect(await person.errorOf(person.code)).toContain('Incorrect code');
    await person.entersCode(code);
    await person.isSignedIn();
  });
});
