// The theme arrives, whichever way a host takes it in. What the app's own style sheet does is in its build: the development
// build and the release use Sass, the build `plain` bundles CSS for browsers without nested rules.
import { expect, test } from '../stage/index.ts';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import { compile } from 'tailwindcss';
import { opens } from './visitor.ts';

test.use({ program: 'notebook' });

const THEME = '../app/thyra.css';
const OURS = ['rgb(50, 68, 196)', '8px'];

/** What a host on Tailwind writes, by docs/theming.md, with the utilities that its pages name. */
async function byTailwind(utilities: string[]): Promise<string> {
  const sheet = `@layer theme, base, thyra, components, utilities; @import "tailwindcss"; @import "${THEME}";`;
  const { resolve } = createRequire(import.meta.url);
  const tailwind = await compile(sheet, {
    base: '.',
    loadStylesheet: async (id, base) => {
      const path = id === 'tailwindcss' ? resolve('tailwindcss/index.css') : id;
      return { path, base, content: await readFile(path, 'utf8') };
    },
  });
  return tailwind.build(utilities);
}

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

  expect(await looks(page)).toEqual(OURS);
  const sheet = await linked;
  expect(sheet.headers()['cache-control']).toBe('public, max-age=31536000, immutable');
  const html = await (await fetch(`${server.origin}/modal`)).text();
  expect(html).not.toContain('<style');
});

test('a plain link to the file brings the theme', async ({ person, page }) => {
  await page.route('**/pkg/notebook.css', (route) => route.fulfill({ contentType: 'text/css', path: THEME }));
  await opens(person, '/sign-in');

  expect(await looks(page)).toEqual(OURS);
});

test("Tailwind's reset leaves the theme as it is, and Tailwind's utilities win over it", async ({ person, page }) => {
  const body = await byTailwind(['rounded-none', 'bg-black']);
  await page.route('**/pkg/notebook.css', (route) => route.fulfill({ contentType: 'text/css', body }));
  await opens(person, '/sign-in');
  expect(await looks(page)).toEqual(OURS);
  await expect(page.getByRole('heading', { name: 'Sign in' })).toHaveCSS('font-weight', '600');

  await person.button('Continue').evaluate((button) => button.classList.add('rounded-none', 'bg-black'));

  await expect.poll(() => looks(page)).toEqual(['rgb(0, 0, 0)', '0px']);
});
