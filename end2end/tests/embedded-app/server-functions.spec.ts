// What the app's own server functions and handlers answer to whom.
import { expect, test } from '../stage/index.ts';
import { hasAnAccount, opens, signsIn, signsOut } from './visitor.ts';

test.use({ program: 'notebook' });

test('without a session both are 401', async ({ server }) => {
  const list = await fetch(`${server.origin}/api/notes/list`, { method: 'POST' });
  const download = await fetch(`${server.origin}/notes.txt`);

  expect([list.status, download.status]).toEqual([401, 401]);
});

test('with a session they answer, and when it has ended no longer', async ({ person, page }) => {
  await hasAnAccount(person);
  await opens(person, '/sign-in');
  await signsIn(person);
  await page.getByLabel('New note').fill('Buy a goose');
  await person.button('Write down').click();
  await expect(page.getByRole('listitem').filter({ hasText: 'Buy a goose' })).toBeVisible();

  const list = await page.request.post('/api/notes/list');
  const download = await page.request.get('/notes.txt');
  expect([list.status(), download.status()]).toEqual([200, 200]);
  expect(await list.json()).toEqual(['Buy a goose']);
  expect(await download.text()).toBe('Buy a goose');

  await signsOut(person);
  const afterwards = await page.request.post('/api/notes/list');
  expect(afterwards.status()).toBe(401);
});
