// @clerk/backend as published, against our Backend API and our published keys.
import { createClerkClient, verifyToken } from '@clerk/backend';
import { expect, test } from '../stage/index.ts';
import { Authenticator } from '../stage/authenticator.ts';
import { ADA } from '../stage/person.ts';
import type { Person } from '../stage/person.ts';
import type { Server } from '../stage/server.ts';
import { publishableKey } from './clerk-page.ts';

async function secretKey(server: Server): Promise<string> {
  const found = (await server.command('keys', 'show')).match(/sk_(live|test)_\S+/);
  expect(found, 'keys show prints the secret key').not.toBeNull();
  return found![0];
}

async function clerk(server: Server) {
  return createClerkClient({
    secretKey: await secretKey(server),
    publishableKey: publishableKey(server),
    apiUrl: server.origin,
    telemetry: { disabled: true },
  });
}

async function sessionToken(person: Person): Promise<string> {
  const cookies = await person.page.context().cookies();
  return cookies.find(({ name }) => name === '__session')!.value;
}

test('it verifies the session token of somebody who signed in on our page', async ({ person, server }) => {
  await person.signsUp();

  const claims = await verifyToken(await sessionToken(person), {
    secretKey: await secretKey(server),
    apiUrl: server.origin,
    authorizedParties: [server.origin],
  });

  expect(claims.sub).toMatch(/^user_/);
  expect(claims.sid).toMatch(/^sess_/);
  expect(claims.exp - claims.iat).toBe(60);
});

test('it refuses a token of which one letter was changed', async ({ person, server }) => {
  await person.signsUp();
  const [header, claims, signature] = (await sessionToken(person)).split('.');
  const forged = `${header}.${claims}.${signature!.startsWith('A') ? 'B' : 'A'}${signature!.slice(1)}`;

  const attempt = verifyToken(forged, { secretKey: await secretKey(server), apiUrl: server.origin });

  await expect(attempt).rejects.toThrow(/signature/i);
});

test('it authenticates a request that carries our cookies', async ({ person, server }) => {
  await person.signsUp();
  const cookies = await person.page.context().cookies();
  const request = new Request(`${server.origin}/invoices`, {
    headers: { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; '), accept: 'text/html' },
  });

  const state = await (await clerk(server)).authenticateRequest(request, { authorizedParties: [server.origin] });

  expect(state.status, `${state.reason}: ${state.message}`).toBe('signed-in');
});

/** Somebody who comes back to a page of an app, before any script runs. */
class Visitor {
  constructor(private readonly cookies: Map<string, string>) {}

  /** Their session cookies have gone; the long-lived ones are still there. */
  static async withoutSession(person: Person): Promise<Visitor> {
    const cookies = (await person.page.context().cookies()).filter(({ name }) => !name.startsWith('__session'));
    return new Visitor(new Map(cookies.map(({ name, value }) => [name, value])));
  }

  get header(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  asks(url: string): Request {
    const headers = { cookie: this.header, accept: 'text/html', 'sec-fetch-dest': 'document' };
    return new Request(url, { headers });
  }

  /** Goes where the app's server sent the browser, and comes back with what it got there. */
  async follows(location: string): Promise<string> {
    const answer = await fetch(location, { headers: { cookie: this.header }, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) {
      const [pair, ...attributes] = line.split('; ');
      const [name, value] = pair!.split('=') as [string, string];
      if (attributes.includes('Max-Age=0')) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer.headers.get('location')!;
  }
}

/** An app's server, with the official SDK in front of its pages. */
class App {
  private constructor(
    private readonly backend: Awaited<ReturnType<typeof clerk>>,
    private readonly origin: string,
  ) {}

  static async at(server: Server): Promise<App> {
    return new App(await clerk(server), server.origin);
  }

  get page(): string {
    return `${this.origin}/invoices`;
  }

  authenticates(request: Request) {
    const options = { authorizedParties: [this.origin], proxyUrl: `${this.origin}/__clerk` };
    return this.backend.authenticateRequest(request, options);
  }
}

test('whoever comes back without a usable token is sent to us once, and is signed in then', async ({ person, server }) => {
  await person.signsUp();
  const visitor = await Visitor.withoutSession(person);
  const app = await App.at(server);

  const sentAway = await app.authenticates(visitor.asks(app.page));
  expect(sentAway.status, `${sentAway.reason}: ${sentAway.message}`).toBe('handshake');
  const back = await visitor.follows(sentAway.headers.get('location')!);
  const state = await app.authenticates(visitor.asks(back));

  expect(back).toBe(app.page);
  expect(state.status, `${state.reason}: ${state.message}`).toBe('signed-in');
});

test('whoever signed out in the meantime comes back signed out', async ({ person, server }) => {
  await person.signsUp();
  const visitor = await Visitor.withoutSession(person);
  const app = await App.at(server);
  await person.signsOut();

  const sentAway = await app.authenticates(visitor.asks(app.page));
  const back = await visitor.follows(sentAway.headers.get('location')!);
  const state = await app.authenticates(visitor.asks(back));

  expect(sentAway.status).toBe('handshake');
  expect(state.status, `${state.reason}: ${state.message}`).toBe('signed-out');
  expect(state.reason).toBe('session-token-and-uat-missing');
});

test('it creates, finds, changes and deletes users', async ({ server }) => {
  const { users } = await clerk(server);

  const ada = await users.createUser({ emailAddress: [ADA.email], password: ADA.password, firstName: 'Ada' });
  expect((await users.getUser(ada.id)).primaryEmailAddress?.emailAddress).toBe(ADA.email);
  expect((await users.getUserList({ emailAddress: [ADA.email] })).data.map(({ id }) => id)).toEqual([ada.id]);
  expect(await users.getCount()).toBe(1);
  expect((await users.updateUser(ada.id, { lastName: 'Lovelace' })).lastName).toBe('Lovelace');
  expect((await users.verifyPassword({ userId: ada.id, password: ADA.password })).verified).toBe(true);
  await users.deleteUser(ada.id);

  expect(await users.getCount()).toBe(0);
});

test('somebody the backend created signs in on our page', async ({ person, server }) => {
  await (await clerk(server)).users.createUser({ emailAddress: [ADA.email], password: ADA.password });

  await person.signsInWithPassword();
});

test('somebody the backend brings along with an authenticator app is asked for it until it is taken away', async ({ server }) => {
  const { users } = await clerk(server);
  const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
  const ada = await users.createUser({
    emailAddress: [ADA.email],
    password: ADA.password,
    totpSecret: secret,
    backupCodes: ['abcd-efgh'],
  });
  expect([ada.totpEnabled, ada.backupCodeEnabled, ada.twoFactorEnabled]).toEqual([true, true, true]);

  const verified = await users.verifyTOTP({ userId: ada.id, code: new Authenticator(secret).code() });

  expect(verified).toEqual({ verified: true, code_type: 'totp' });
  await users.deleteUserBackupCodes(ada.id);
  expect((await users.getUser(ada.id)).backupCodeEnabled).toBe(false);
  await users.disableUserMFA(ada.id);
  expect((await users.getUser(ada.id)).twoFactorEnabled).toBe(false);
});

test('a session the backend revokes is over', async ({ person, server }) => {
  await person.signsUp();
  const { sessions, users } = await clerk(server);
  const [user] = (await users.getUserList()).data;
  const [session] = (await sessions.getSessionList({ userId: user!.id, status: 'active' })).data;

  await sessions.revokeSession(session!.id);

  expect((await sessions.getSession(session!.id)).status).toBe('revoked');
  await person.isSignedOut();
});

test('a wrong secret key opens nothing', async ({ server }) => {
  const stranger = createClerkClient({ secretKey: 'sk_live_wrong', apiUrl: server.origin, telemetry: { disabled: true } });

  await expect(stranger.users.getUserList()).rejects.toMatchObject({ status: 401 });
});
