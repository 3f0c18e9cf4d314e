// The theme arrives, whichever way a host takes it in. What the app's own style sheet does is in its build: the development
// build and the release use Sass, the build `plain` bundles CSS for browsers without nested rules.
import { expect, test } from '../stage/index.ts';
import type { Page } from '@playwright/test';
import { opens } from './visitor.ts';

test.use({ program: 'notebook' });

/** The colour and the corner of the button that sends the form. */
async function looks(page: Page): Promise<string[]> {
  const button = page.getByRole('button', { name: 'Continue' });
  return button.evaluate((element) => {
    const style = getComputedStyle(element);
    return [style.backgroundColor, style.borderTopLeftRadius];
  });
}

test("the app's own style sheet has the theme, in the app's colours", async ({ person, page }) => {
  await opens(person, '/sign-in');

  expect(await looks(page)).toEqual(['rgb(102, 51, 153)', '8px']);
});

test('<AuthStyles/> brings the theme to an app whose style sheet has none', async ({ person, page, server }) => {
  await page.route('**/pkg/notebook.css', (route) => route.fulfill({ contentType: 'text/css', body: '' }));
  const linked = page.waitForResponse(/\/api\/auth\/thyra\.[0-9a-f]{16}\.css$/);
  await opens(person, '/modal');
  await person.button('Sign in to read on').click();

  expect(await looks(page)).toEqual(['rgb(50, 68, 196)', '8px']);
  const sheet = await linked;
  expect(sheet.headers()['cache-control']).toBe('public, max-age=31536000, immutable');
  const html = await (await fetch(`${server.origin}/modal`)).text();
  expect(html).not.toContain('<style');
});
