// @clerk/clerk-js as published, against our auth API: it must not be able to tell.
import { expect, test } from '../stage/index.ts';
import { Authenticator } from '../stage/authenticator.ts';
import { ADA } from '../stage/person.ts';
import type { Server } from '../stage/server.ts';
import { loadClerk, openClerkPage, publishableKey } from './clerk-page.ts';
import type { Page } from '@playwright/test';

async function newestCode(server: Server): Promise<string> {
  await expect.poll(async () => (await server.outboxOf(ADA.email)).length).toBeGreaterThan(0);
  return (await server.outboxOf(ADA.email))[0]!.code!;
}

async function signsUp(page: Page, server: Server): Promise<void> {
  await page.evaluate(async ({ email, password }) => {
    await window.Clerk.client.signUp.create({ emailAddress: email, password });
    await window.Clerk.client.signUp.prepareEmailAddressVerification({ strategy: 'email_code' });
  }, ADA);
  const code = await newestCode(server);
  const status = await page.evaluate(async (code) => {
    const signUp = await window.Clerk.client.signUp.attemptEmailAddressVerification({ code });
    await window.Clerk.setActive({ session: signUp.createdSessionId });
    return signUp.status;
  }, code);
  expect(status).toBe('complete');
}

/** What the client believes about who is signed in. */
function whoIsSignedIn(page: Page): Promise<string | null> {
  return page.evaluate(() => window.Clerk.user?.primaryEmailAddress?.emailAddress ?? null);
}

async function signsOut(page: Page, server: Server): Promise<void> {
  await page.evaluate(() => window.Clerk.signOut(() => {}));
  await loadClerk(page, server);
  expect(await whoIsSignedIn(page)).toBeNull();
}

test('the key that keys show prints is the key of this address', async ({ server }) => {
  expect(await server.command('keys', 'show')).toContain(publishableKey(server));
});

test('it loads and finds nobody signed in', async ({ page, server }) => {
  await openClerkPage(page, server);

  expect(await loadClerk(page, server)).toBe('ready');
  expect(await whoIsSignedIn(page)).toBeNull();
});

test('it signs up, in by password and by e-mail code, and sees the session', async ({ page, server }) => {
  await openClerkPage(page, server);
  await signsUp(page, server);
  expect(await whoIsSignedIn(page)).toBe(ADA.email);
  await signsOut(page, server);

  await page.evaluate(async ({ email, password }) => {
    const signIn = await window.Clerk.client.signIn.create({ identifier: email, password });
    await window.Clerk.setActive({ session: signIn.createdSessionId });
  }, ADA);
  expect(await whoIsSignedIn(page)).toBe(ADA.email);
  await signsOut(page, server);

  const before = (await server.outboxOf(ADA.email)).length;
  await page.evaluate(async ({ email }) => {
    const signIn = await window.Clerk.client.signIn.create({ identifier: email });
    const factor = signIn.supportedFirstFactors.find(({ strategy }) => strategy === 'email_code')!;
    await signIn.prepareFirstFactor({ strategy: 'email_code', emailAddressId: factor.emailAddressId });
  }, ADA);
  await expect.poll(async () => (await server.outboxOf(ADA.email)).length).toBeGreaterThan(before);
  await page.evaluate(async (code) => {
    const signIn = await window.Clerk.client.signIn.attemptFirstFactor({ strategy: 'email_code', code });
    await window.Clerk.setActive({ session: signIn.createdSessionId });
  }, await newestCode(server));

  expect(await whoIsSignedIn(page)).toBe(ADA.email);
  const session = await page.evaluate(() => window.Clerk.session!.status);
  expect(session).toBe('active');
});

test('a session made by it survives a reload, and our own pages see it too', async ({ page, server }) => {
  await openClerkPage(page, server);
  await signsUp(page, server);

  await loadClerk(page, server);
  expect(await whoIsSignedIn(page)).toBe(ADA.email);

  await page.goto(server.origin);
  await expect(page.getByText(`Signed in as ${ADA.email}`)).toBeVisible();
});

test('it gets a fresh token when it asks for one', async ({ page, server }) => {
  await openClerkPage(page, server);
  await signsUp(page, server);

  const token = await page.evaluate(() => window.Clerk.session!.getToken({ skipCache: true }));

  const claims = JSON.parse(Buffer.from(token!.split('.')[1]!, 'base64url').toString());
  expect(claims.exp - claims.iat).toBe(60);
  expect(claims.azp).toBe(server.origin);
});

test('a wrong password is told as the code its users know', async ({ page, server, console }) => {
  console.expect(/status of 422/);
  await openClerkPage(page, server);
  await signsUp(page, server);
  await signsOut(page, server);

  const code = await page.evaluate(async ({ email }) => {
    try {
      await window.Clerk.client.signIn.create({ identifier: email, password: 'not the password' });
      return 'no error';
    } catch (error) {
      return (error as { errors: { code: string }[] }).errors[0]!.code;
    }
  }, ADA);

  expect(code).toBe('form_password_incorrect');
});

test('its SignInFuture sets a new password with a code by e-mail', async ({ page, server }) => {
  await openClerkPage(page, server);
  await signsUp(page, server);
  await signsOut(page, server);
  const told = await page.evaluate(async ({ email }) => {
    const signIn = window.Clerk.client.signIn.__internal_future;
    const { error } = await signIn.create({ identifier: email });
    return error ?? (await signIn.resetPasswordEmailCode.sendCode()).error;
  }, ADA);
  expect(told).toBeNull();
  const code = await newestCode(server);

  const steps = await page.evaluate(async (code) => {
    const future = () => window.Clerk.client.signIn.__internal_future;
    const signIn = future();
    const { error } = await signIn.resetPasswordEmailCode.verifyCode({ code });
    const before = signIn.status;
    const set = await signIn.resetPasswordEmailCode.submitPassword({ password: 'another horse, another battery' });
    const after = signIn.status;
    const done = await signIn.finalize();
    return { errors: [error, set.error, done.error], before, after };
  }, code);

  expect(steps).toEqual({ errors: [null, null, null], before: 'needs_new_password', after: 'complete' });
  expect(await whoIsSignedIn(page)).toBe(ADA.email);
});

test('its SignInFuture waits for a link by e-mail that is followed in another tab', async ({ page, context, server }) => {
  await openClerkPage(page, server);
  await signsUp(page, server);
  await signsOut(page, server);
  const told = await page.evaluate(async ({ email }) => {
    const { emailLink } = window.Clerk.client.signIn.__internal_future;
    return (await emailLink.sendLink({ emailAddress: email, verificationUrl: '/sign-in/verify' })).error;
  }, ADA);
  expect(told).toBeNull();
  const { link } = (await server.outboxOf(ADA.email))[0]!;

  const waiting = page.evaluate(async () => {
    const signIn = window.Clerk.client.signIn.__internal_future;
    const { error } = await signIn.emailLink.waitForVerification();
    const { status } = signIn.firstFactorVerification;
    const done = await signIn.finalize();
    return { errors: [error, done.error], status };
  });
  const tab = await context.newPage();
  await tab.goto(link!);

  expect(await waiting).toEqual({ errors: [null, null], status: 'verified' });
  expect(await whoIsSignedIn(page)).toBe(ADA.email);
});

/** Signs in with the password; what is asked for then. */
function secondFactors(page: Page): Promise<string[]> {
  return page.evaluate(async ({ email, password }) => {
    const signIn = window.Clerk.client.signIn.__internal_future;
    const { error } = await signIn.password({ identifier: email, password });
    if (error) throw error;
    return [signIn.status, ...signIn.supportedSecondFactors.map(({ strategy }) => strategy)];
  }, ADA);
}

test('its user sets up an authenticator app, and its SignInFuture signs in by it and by a backup code', async ({ page, server }) => {
  await openClerkPage(page, server);
  await signsUp(page, server);
  const { secret, uri, verified } = await page.evaluate(async () => ({ ...(await window.Clerk.user!.createTOTP()) }));
  expect(verified).toBe(false);
  expect(uri).toContain(`secret=${secret}`);
  const app = new Authenticator(secret!);
  const { backupCodes, flags } = await page.evaluate(async (code) => {
    const { backupCodes } = await window.Clerk.user!.verifyTOTP({ code });
    const { totpEnabled, backupCodeEnabled, twoFactorEnabled } = window.Clerk.user!;
    return { backupCodes, flags: [totpEnabled, backupCodeEnabled, twoFactorEnabled] };
  }, app.code());
  expect(backupCodes).toHaveLength(10);
  expect(flags).toEqual([true, true, true]);
  await signsOut(page, server);

  expect(await secondFactors(page)).toEqual(['needs_second_factor', 'totp', 'backup_code']);
  const byApp = await page.evaluate(async (code) => {
    const signIn = window.Clerk.client.signIn.__internal_future;
    return [(await signIn.mfa.verifyTOTP({ code })).error, signIn.status, (await signIn.finalize()).error];
  }, app.code());
  expect(byApp).toEqual([null, 'complete', null]);
  expect(await whoIsSignedIn(page)).toBe(ADA.email);
  const codes = await page.evaluate(async () => (await window.Clerk.user!.createBackupCode()).codes);
  expect(codes).toHaveLength(10);
  await signsOut(page, server);

  await secondFactors(page);
  const byBackupCode = await page.evaluate(async (code) => {
    const signIn = window.Clerk.client.signIn.__internal_future;
    return [(await signIn.mfa.verifyBackupCode({ code })).error, signIn.status, (await signIn.finalize()).error];
  }, codes[0]!);
  expect(byBackupCode).toEqual([null, 'complete', null]);
  expect(await whoIsSignedIn(page)).toBe(ADA.email);
  const after = await page.evaluate(async () => {
    const { deleted } = await window.Clerk.user!.disableTOTP();
    const { totpEnabled, backupCodeEnabled } = window.Clerk.user!;
    return [deleted, totpEnabled, backupCodeEnabled];
  });
  expect(after).toEqual([true, false, false]);
});

test.describe('where a password needs a code by e-mail', () => {
  test.use({ settings: { THYRA_EMAIL_SECOND_FACTOR: 'on' } });

  test('its SignInFuture sends and verifies it as the second factor', async ({ page, server }) => {
    await openClerkPage(page, server);
    await signsUp(page, server);
    await signsOut(page, server);
    expect(await secondFactors(page)).toEqual(['needs_second_factor', 'email_code']);
    const before = (await server.outboxOf(ADA.email)).length;
    const sent = await page.evaluate(async () => (await window.Clerk.client.signIn.__internal_future.mfa.sendEmailCode()).error);
    expect(sent).toBeNull();
    await expect.poll(async () => (await server.outboxOf(ADA.email)).length).toBe(before + 1);

    const done = await page.evaluate(async (code) => {
      const signIn = window.Clerk.client.signIn.__internal_future;
      return [(await signIn.mfa.verifyEmailCode({ code })).error, signIn.status, (await signIn.finalize()).error];
    }, await newestCode(server));

    expect(done).toEqual([null, 'complete', null]);
    expect(await whoIsSignedIn(page)).toBe(ADA.email);
  });
});
