// Somebody else's app with our components in it: its own router and paths, its own state, its own server functions.
import { expect, test } from '../stage/index.ts';
import { ADA, type Person } from '../stage/person.ts';
import { expectAccessible } from '../stage/accessibility.ts';

test.use({ program: 'notebook' });

/** Waits for the app's own script: it says so by nothing, but its form is then answered without a page load. */
async function opens(person: Person, path: string): Promise<void> {
  await person.page.goto(path, { waitUntil: 'networkidle' });
}

async function joins(person: Person): Promise<void> {
  const { page } = person;
  await opens(person, '/');
  await page.getByRole('link', { name: 'Sign up' }).click();
  await expect(page.locator('[data-thyra-step="start"]')).toBeVisible();
  await expectAccessible(page, true);
  await person.identifier.fill(ADA.email);
  await person.password.fill(ADA.password);
  await person.continues();
  await expect(page.locator('[data-thyra-step="verify-email-address"]')).toBeVisible();
  await person.code.fill(await person.newestCode(ADA.email));
  await expect(page.getByText(`Notes of ${ADA.email}`)).toBeVisible();
}

test('somebody joins, writes, leaves, comes back, and finds their notes', async ({ person, page }) => {
  await joins(person);
  await page.getByLabel('New note').fill('Buy a goose');
  await page.getByRole('button', { name: 'Write down' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'Buy a goose' })).toBeVisible();

  await person.signsOutByMenu();
  await expect(page.getByText('This notebook is closed.')).toBeVisible();

  await opens(person, '/welcome');
  await person.identifier.fill(ADA.email);
  await person.continues();
  await expect(page).toHaveURL(/\/welcome\/factor-one/);
  await person.password.fill(ADA.password);
  await person.continues();
  await expect(page.getByRole('listitem').filter({ hasText: 'Buy a goose' })).toBeVisible();
});

test('the app\'s own server function refuses whoever is not signed in', async ({ server }) => {
  const answer = await fetch(`${server.origin}/api/notes/list`, { method: 'POST' });

  expect(answer.status).toBe(401);
});

test('the app knows who is asking before it renders', async ({ person, page }) => {
  await joins(person);

  const html = await (await page.request.get('/')).text();

  expect(html).toContain(ADA.email);
  expect(html).not.toContain('This notebook is closed.');
});
