// Somebody else's app with our components in it: its own router and paths, its own state, its own server functions.
import { expect, test } from '../stage/index.ts';
import { ADA, type Person } from '../stage/person.ts';
import { expectAccessible } from '../stage/accessibility.ts';
import { opens, signsIn, signsOut, signsUp } from './visitor.ts';

test.use({ program: 'notebook' });

async function joins(person: Person): Promise<void> {
  const { page } = person;
  await opens(person, '/');
  await page.getByRole('link', { name: 'Sign up' }).click();
  await expect(page.locator('[data-thyra-step="start"]')).toBeVisible();
  await expectAccessible(page, true);
  await signsUp(person);
  await expect(page.getByText(`Notes of ${ADA.email}`)).toBeVisible();
}

test('somebody joins, writes, leaves, comes back, and finds their notes', async ({ person, page }) => {
  await joins(person);
  await page.getByLabel('New note').fill('Buy a goose');
  await page.getByRole('button', { name: 'Write down' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'Buy a goose' })).toBeVisible();

  await signsOut(person);
  await expect(page.getByText('This notebook is closed.')).toBeVisible();

  await opens(person, '/sign-in');
  await signsIn(person);
  await expect(page.getByRole('listitem').filter({ hasText: 'Buy a goose' })).toBeVisible();
});

test('the app knows who is asking before it renders', async ({ person, page }) => {
  await joins(person);

  const html = await (await page.request.get('/')).text();

  expect(html).toContain(ADA.email);
  expect(html).not.toContain('This notebook is closed.');
});
