// Where somebody lands after signing in: where the link that brought them says, when that is ours to go to.
import { ADA } from '../stage/person.ts';
import { expect, test } from '../stage/index.ts';

test.beforeEach(async ({ person }) => {
  await person.signsUp();
  await person.signsOut();
});

async function signIn(person: import('../stage/person.ts').Person, query: string): Promise<void> {
  await person.open(`/sign-in?${query}`);
  await person.seesStep('start');
  await person.identifier.fill(ADA.email);
  await person.continues();
  await person.seesStep('password');
  await person.password.fill(ADA.password);
  await person.continues();
}

test('a redirect_url of the same origin is honoured through all steps', async ({ person, server }) => {
  const there = `${server.origin}/?from=invoice`;

  await signIn(person, `redirect_url=${encodeURIComponent(there)}`);

  await expect(person.page).toHaveURL(there);
  await expect(person.page.getByText(`Signed in as ${ADA.email}`)).toBeVisible();
});

for (const trap of ['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)']) {
  test(`the redirect_url ${trap} is dropped without a word`, async ({ person }) => {
    await signIn(person, `redirect_url=${encodeURIComponent(trap)}`);

    await person.isSignedIn();
  });
}

test.describe('another origin', () => {
  test.use({ settings: { THYRA_ALLOWED_ORIGINS: 'http://127.0.0.1:9' } });

  test('an allowed origin is honoured', async ({ person, page }) => {
    await page.route('http://127.0.0.1:9/**', (route) => route.fulfill({ body: 'the other app' }));

    await signIn(person, `redirect_url=${encodeURIComponent('http://127.0.0.1:9/app')}`);

    await expect(page).toHaveURL('http://127.0.0.1:9/app');
  });
});
