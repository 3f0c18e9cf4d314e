import type { Page } from '@playwright/test';

/**
 * What a page says to its developer: errors, warnings, refused content, uncaught exceptions.
 *
 * A hydration mismatch, a content security policy report and a panic all show here first, so a test fails when
 * anything was said that it did not announce with `expect`.
 */
export class Console {
  private readonly said: string[] = [];
  private readonly announced: RegExp[] = [];

  constructor(page: Page) {
    page.on('pageerror', (error) => this.said.push(`uncaught: ${error.stack ?? error.message}`));
    page.on('console', (message) => {
      if (['error', 'warning', 'assert'].includes(message.type())) {
        this.said.push(`${message.type()}: ${message.text()} (${message.location().url})`);
      }
    });
  }

  /** This will be said, and is right: for example that a form was answered with 422. */
  expect(words: RegExp): void {
    this.announced.push(words);
  }

  unexpected(): string[] {
    return this.said.filter((line) => !this.announced.some((words) => words.test(line)));
  }
}
