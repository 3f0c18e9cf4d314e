import { expect } from '../stage/index.ts';
import { ADA, type Person } from '../stage/person.ts';

/** Waits for the app's own script: it says so by nothing, but its form is then answered without a page load. */
export async function opens(person: Person, path: string): Promise<void> {
  await person.page.goto(path, { waitUntil: 'networkidle' });
}

/** Fills in the sign-up that is shown, and the code that comes by mail. */
export async function signsUp(person: Person): Promise<void> {
  await expect(person.page.locator('[data-thyra-step="start"]')).toBeVisible();
  await person.identifier.fill(ADA.email);
  await person.password.fill(ADA.password);
  await person.continues();
  await expect(person.page.locator('[data-thyra-step="verify-email-address"]')).toBeVisible();
  await person.entersCode(await person.newestCode(ADA.email));
}

/** Fills in the sign-in that is shown. */
export async function signsIn(person: Person): Promise<void> {
  await person.identifier.fill(ADA.email);
  await person.continues();
  await expect(person.page.locator('[data-thyra-step="password"]')).toBeVisible();
  await person.password.fill(ADA.password);
  await person.continues();
}

/** Signs out by the menu; the app's router leads on, without a page load. */
export async function signsOut(person: Person): Promise<void> {
  const menu = person.page.locator('[data-thyra-part="user-button-trigger"]');
  await menu.click();
  await person.button('Sign out').click();
  await expect(menu).toBeHidden();
}

/** Has an account and is signed out, on the app's home page. */
export async function hasAnAccount(person: Person): Promise<void> {
  await opens(person, '/sign-up');
  await signsUp(person);
  await expect(person.page.getByText(`Notes of ${ADA.email}`)).toBeVisible();
  await signsOut(person);
  await expect(person.page.getByText('This notebook is closed.')).toBeVisible();
}
