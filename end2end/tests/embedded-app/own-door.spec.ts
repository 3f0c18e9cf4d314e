// The notebook's own door: a form without any of our components, over SignInFuture alone.
import { expect, test } from '../stage/index.ts';
import { ADA } from '../stage/person.ts';
import { hasAnAccount, signsOut } from './visitor.ts';

test.use({ program: 'notebook' });

test.beforeEach(async ({ person, page, console }) => {
  console.expect(/status of 422/);
  await hasAnAccount(person);
  await page.goto('/own-door', { waitUntil: 'networkidle' });
  await page.getByLabel('Email').fill(ADA.email);
});

test('a wrong password is said, the right one opens', async ({ person, page }) => {
  await page.getByLabel('Password').fill('not hers');
  await person.button('Open with the password').click();
  await expect(page.getByText(/^Password is incorrect/)).toBeVisible();

  await page.getByLabel('Password').fill(ADA.password);
  await person.button('Open with the password').click();

  await expect(page).toHaveURL(/\/$/);
  await expect(page.getByText(`Notes of ${ADA.email}`)).toBeVisible();
});

test('a code opens, also as it is pasted; starting over forgets who it was for', async ({ person, page }) => {
  await expect(page.getByText('needs_identifier')).toBeVisible();
  await person.button('Send me a code').click();
  await expect(page.getByText('needs_first_factor')).toBeVisible();
  await expect(page.getByText(`For ${ADA.email}`)).toBeVisible();
  await person.button('Start over').click();
  await expect(page.getByText('needs_identifier')).toBeVisible();

  const before = (await person.server.outboxOf(ADA.email)).length;
  await person.button('Send me a code').click();
  await expect.poll(async () => (await person.server.outboxOf(ADA.email)).length).toBeGreaterThan(before);
  const code = await person.newestCode(ADA.email);
  await page.getByLabel('Code').fill(` ${code.slice(0, 3)}-${code.slice(3)} `);
  await person.button('Open with the code').click();

  await expect(page.getByText(`Notes of ${ADA.email}`)).toBeVisible();
});

test('another tab learns who came in, and who left', async ({ person, page, context }) => {
  const other = await context.newPage();
  await other.goto('/', { waitUntil: 'networkidle' });
  await expect(other.getByText('This notebook is closed.')).toBeVisible();

  await page.getByLabel('Password').fill(ADA.password);
  await person.button('Open with the password').click();

  await expect(other.getByText(`Notes of ${ADA.email}`)).toBeVisible();
  await signsOut(person);
  await expect(other.getByText('This notebook is closed.')).toBeVisible();
});

test('joining in a form of one\'s own proves the address, and ends signed in', async ({ person, page }) => {
  await page.goto('/own-join', { waitUntil: 'networkidle' });
  await page.getByLabel('Email').fill('grace@example.com');
  await page.getByLabel('Password').fill('short');
  await person.button('Go on').click();
  await expect(page.getByRole('alert')).toContainText('at least 8 characters');

  await page.getByLabel('Password').fill(ADA.password);
  await person.button('Go on').click();
  await page.getByLabel('Code').fill(await person.newestCode('grace@example.com'));
  await person.button('Join').click();

  await expect(page).toHaveURL(/\/$/);
  await expect(page.getByText('Notes of grace@example.com')).toBeVisible();
});
