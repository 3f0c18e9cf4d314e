// `<RedirectToSignIn/>`: each way to it leads to the door once, and the page stays alive.
import { expect, test } from '../stage/index.ts';
import { ADA } from '../stage/person.ts';
import { hasAnAccount, opens, signsIn, signsOut } from './visitor.ts';

test.use({ program: 'notebook' });

test('a link to a private page leads to the door once, and the page stays alive', async ({ person, page }) => {
  await hasAnAccount(person);

  await page.getByRole('link', { name: 'Private' }).click();

  await expect(page).toHaveURL(/\/sign-in\?redirect_url=%2Fprivate$/);
  await signsIn(person);
  await expect(page.getByRole('heading', { name: 'Private' })).toBeVisible();
});

test('who signs out in another tab is led to the door here', async ({ person, page, context }) => {
  await hasAnAccount(person);
  await opens(person, '/sign-in');
  await signsIn(person);
  await expect(page.getByText(`Notes of ${ADA.email}`)).toBeVisible();
  const other = await context.newPage();
  await other.goto('/private', { waitUntil: 'networkidle' });
  await expect(other.getByRole('heading', { name: 'Private' })).toBeVisible();

  await signsOut(person);

  await expect(other).toHaveURL(/\/sign-in\?redirect_url=%2Fprivate$/);
  await expect(other.locator('[data-thyra-step="start"]')).toBeVisible();
});
