// Signing in and out leads to pages of the app as its links do: nothing is loaded anew, and what the app keeps stays.
import { expect, test } from '../stage/index.ts';
import { ADA } from '../stage/person.ts';
import type { Page } from '@playwright/test';
import { hasAnAccount, opens, signsIn, signsOut } from './visitor.ts';

test.use({ program: 'notebook' });

test.beforeEach(async ({ person }) => hasAnAccount(person));

/** Something that the app keeps in memory. */
async function keeps(page: Page): Promise<void> {
  await page.evaluate(() => Object.assign(window, { kept: 'a draft' }));
}

async function isKept(page: Page): Promise<void> {
  expect(await page.evaluate(() => (window as unknown as { kept?: string }).kept)).toBe('a draft');
}

test('signing in and out keeps what the app has, and the focus goes to the new page', async ({ person, page }) => {
  await opens(person, '/sign-in');
  await keeps(page);

  await signsIn(person);
  await expect(page.getByText(`Notes of ${ADA.email}`)).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Notebook' })).toBeFocused();
  await isKept(page);

  await signsOut(person);
  await expect(page.getByText('This notebook is closed.')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Notebook' })).toBeFocused();
  await isKept(page);
});

test('leaving a private page leads to the page after signing out, and to no door', async ({ person, page }) => {
  await opens(person, '/private');
  await signsIn(person);
  await expect(page.getByRole('heading', { name: 'Private' })).toBeVisible();
  await keeps(page);

  await signsOut(person);

  await expect(page.getByText('This notebook is closed.')).toBeVisible();
  await expect(page).toHaveURL(/\/$/);
  await isKept(page);
});
