import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, type Page } from '@playwright/test';
import type { AxeResults } from 'axe-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/**
 * Checks the page as it stands against WCAG 2.2 AA.
 *
 * Where the page's scripts are off, axe cannot run in it either: a copy of its HTML is checked in a page beside it.
 */
export async function expectAccessible(page: Page, scripts: boolean): Promise<void> {
  const found = scripts ? await runAxe(page) : await runAxeOnCopy(page);
  const told = found.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map((node) => node.html) }));
  expect(told, `accessibility of ${page.url()}`).toEqual([]);
}

async function runAxe(page: Page): Promise<AxeResults['violations']> {
  await page.evaluate(AXE);
  const results = (await page.evaluate(
    (rules) => (window as unknown as { axe: typeof import('axe-core') }).axe.run({ runOnly: rules }),
    RULES,
  )) as AxeResults;
  return results.violations;
}

async function runAxeOnCopy(page: Page): Promise<AxeResults['violations']> {
  const browser = page.context().browser()!;
  const context = await browser.newContext({ viewport: page.viewportSize(), javaScriptEnabled: true });
  const copy = await context.newPage();
  const url = new URL('/copy-for-axe', page.url()).href;
  const body = (await page.content()).replace(/<script\b[\s\S]*?<\/script>/g, '').replace(/<link[^>]+preload[^>]*>/g, '');
  await copy.route(url, (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body }));
  await copy.goto(url);
  const found = await runAxe(copy);
  await context.close();
  return found;
}
