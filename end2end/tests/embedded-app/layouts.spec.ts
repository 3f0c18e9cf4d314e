// Where hosts put the door: below a route of their own, over a page, in front of a page.
import { expect, test } from '../stage/index.ts';
import { expectAccessible } from '../stage/accessibility.ts';
import { ADA } from '../stage/person.ts';
import { hasAnAccount, opens, signsIn, signsOut, signsUp } from './visitor.ts';

test.use({ program: 'notebook' });

test('the door below /auth keeps the heading of its layout through all steps', async ({ person, page }) => {
  await opens(person, '/auth/sign-in');
  await page.getByRole('link', { name: 'Sign up' }).click();
  await expect(page).toHaveURL(/\/auth\/sign-up$/);
  await signsUp(person);
  await expect(page.getByText(`Notes of ${ADA.email}`)).toBeVisible();
  await signsOut(person);

  await opens(person, '/auth/sign-in');
  await expectAccessible(page, true);
  await person.identifier.fill(ADA.email);
  await person.continues();
  await expect(page).toHaveURL(/\/auth\/sign-in\/factor-one/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your account');
  await page.reload({ waitUntil: 'networkidle' });
  await person.password.fill(ADA.password);
  await person.continues();

  await expect(page.getByText(`Notes of ${ADA.email}`)).toBeVisible();
});

test('the door over a page leads back to that page', async ({ person, page }) => {
  await hasAnAccount(person);
  await opens(person, '/modal');
  await person.button('Sign in to read on').click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectAccessible(page, true);

  await person.identifier.fill(ADA.email);
  await person.continues();
  await expect(page.getByRole('dialog')).toBeVisible();
  await person.password.fill(ADA.password);
  await person.continues();

  await expect(page.getByText('The whole story.')).toBeVisible();
  await expect(page).toHaveURL(/\/modal$/);
});

test('a private page lets in who signs in, and shows itself', async ({ person, page }) => {
  await hasAnAccount(person);
  await opens(person, '/private');
  await expect(page).toHaveURL(/\/sign-in\?redirect_url=%2Fprivate$/);

  await signsIn(person);

  await expect(page).toHaveURL(/\/private$/);
  await expect(page.getByRole('heading', { name: 'Private' })).toBeVisible();
});
