// Doors of the notebook's own over Thyra's server functions, told twice: with scripts and without.
import { expect, test } from '../stage/index.ts';
import { ADA, type Person } from '../stage/person.ts';
import { opens } from './visitor.ts';

for (const javaScriptEnabled of [true, false]) {
  test.describe(`scripts ${javaScriptEnabled ? 'on' : 'off'}`, () => {
    test.use({ program: 'notebook', javaScriptEnabled });

    async function joins(person: Person): Promise<void> {
      const { page } = person;
      await opens(person, '/plain-join');
      await page.getByLabel('Email').fill(ADA.email);
      await page.getByLabel('Password').fill(ADA.password);
      await person.button('Go on').click();
      await expect(page.getByText(`A code is on its way to ${ADA.email}`)).toBeVisible();
      await page.getByLabel('Code').fill(await person.newestCode(ADA.email));
      await person.button('Join').click();
      await expect(page.getByText(`Notes of ${ADA.email}`)).toBeVisible();
    }

    async function knocks(person: Person): Promise<void> {
      await joins(person);
      await person.page.context().clearCookies();
      await opens(person, '/plain-door');
      await person.page.getByLabel('Email').fill(ADA.email);
      await person.button('Knock').click();
      await expect(person.page.getByText(`Welcome back, ${ADA.email}`)).toBeVisible();
    }

    test('a wrong password is said in words, the right one opens', async ({ person, page, console }) => {
      console.expect(/status of 422/);
      await knocks(person);
      await page.getByLabel('Password').fill('not hers at all');
      await person.button('Open with the password').click();
      await expect(page.getByText(/^Password is incorrect/)).toBeVisible();

      await page.getByLabel('Password').fill(ADA.password);
      await person.button('Open with the password').click();

      await expect(page.getByText(`Notes of ${ADA.email}`)).toBeVisible();
    });

    test('a code by mail opens', async ({ person, page }) => {
      await knocks(person);
      const before = (await person.server.outboxOf(ADA.email)).length;
      await person.button('Send me a code').click();
      await expect.poll(async () => (await person.server.outboxOf(ADA.email)).length).toBeGreaterThan(before);
      await page.getByLabel('Code').fill(await person.newestCode(ADA.email));
      await person.button('Open with the code').click();

      await expect(page.getByText(`Notes of ${ADA.email}`)).toBeVisible();
    });
  });
}
