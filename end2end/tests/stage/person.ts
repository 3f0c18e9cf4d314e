import { expect, type Locator, type Page } from '@playwright/test';
import { expectAccessible } from './accessibility.ts';
import type { Console } from './console.ts';
import type { Mail, Server } from './server.ts';

export interface Account {
  email: string;
  password: string;
}

export const ADA: Account = { email: 'ada@example.com', password: 'correct horse battery 9' };

/** Somebody who uses the pages as a person does: by what is written on them. */
export class Person {
  constructor(
    readonly page: Page,
    readonly server: Server,
    readonly console: Console,
    readonly scripts: boolean,
  ) {}

  // What is on the page.

  get identifier(): Locator {
    return this.page.getByRole('textbox', { name: /^Email address/ });
  }

  get password(): Locator {
    return this.page.getByLabel('Password', { exact: true });
  }

  get code(): Locator {
    return this.page.getByLabel('Verification code');
  }

  get alert(): Locator {
    return this.page.locator('[data-thyra-part="alert"]');
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, exact: typeof name === 'string' });
  }

  link(name: string | RegExp): Locator {
    return this.page.getByRole('link', { name, exact: typeof name === 'string' });
  }

  /** The message that belongs to a field: what a screen reader says with it. */
  async errorOf(field: Locator): Promise<string> {
    const ids = ((await field.getAttribute('aria-describedby')) ?? '').split(/\s+/).filter(Boolean);
    const texts = await Promise.all(ids.map((id) => this.page.locator(`[id="${id}"]`).innerText()));
    return texts.join(' ').trim();
  }

  // What one does there.

  /** Opens a page and waits until it is usable in full: hydrated, where there is anything to hydrate. */
  async open(path: string): Promise<void> {
    await this.page.goto(path);
    await this.settled();
  }

  /** Some pages wait for a sign of life before they load the application: a pointer that moves is one. */
  async settled(): Promise<void> {
    if (!this.scripts) return;
    const hydrated = this.page.locator('body[data-hydrated]');
    let at = 0;
    await expect(async () => {
      await this.page.mouse.move((at = 1 - at), 0);
      await expect(hydrated).toBeAttached({ timeout: 1_000 });
    }).toPass();
  }

  /** Waits for a step, and checks that everybody can use it. */
  async seesStep(step: string): Promise<void> {
    await expect(this.page.locator(`[data-thyra-step="${step}"]`)).toBeVisible();
    await this.settled();
    await expectAccessible(this.page, this.scripts);
  }

  async continues(): Promise<void> {
    await this.button('Continue').click();
  }

  /** A complete code sends itself where scripts run; without them there is the button. */
  async entersCode(code: string): Promise<void> {
    await this.code.fill(code);
    if (!this.scripts) await this.continues();
  }

  async newestMail(address: string): Promise<Mail> {
    await expect.poll(async () => (await this.server.outboxOf(address)).length).toBeGreaterThan(0);
    return (await this.server.outboxOf(address))[0]!;
  }

  async newestCode(address: string): Promise<string> {
    const { code } = await this.newestMail(address);
    expect(code, 'the message carries a code').toMatch(/^\d{6}$/);
    return code!;
  }

  // Whole passages, for stories that are about what comes after.

  async signsUp(account: Account = ADA): Promise<void> {
    await this.open('/sign-up');
    await this.seesStep('start');
    await this.identifier.fill(account.email);
    await this.password.fill(account.password);
    await this.continues();
    await this.seesStep('verify-email-address');
    await this.entersCode(await this.newestCode(account.email));
    await this.isSignedIn(account);
  }

  async namesAccount(email: string): Promise<void> {
    await this.open('/sign-in');
    await this.seesStep('start');
    await this.identifier.fill(email);
    await this.continues();
  }

  async signsInWithPassword(account: Account = ADA): Promise<void> {
    await this.namesAccount(account.email);
    await this.seesStep('password');
    await this.password.fill(account.password);
    await this.continues();
    await this.isSignedIn(account);
  }

  async choosesEmailCode(email: string): Promise<void> {
    await this.link('Use another method').click();
    await this.seesStep('methods');
    await this.button(/^Email a code to/).click();
    await this.seesStep('email-code');
    await expect.poll(async () => (await this.server.outboxOf(email)).length).toBeGreaterThan(0);
  }

  async signsOut(): Promise<void> {
    await this.button('Sign out').first().click();
    await this.seesNobodySignedIn();
  }

  /** By the menu of an app's user button. The signals know at once; the page is loaded anew a moment later. */
  async signsOutByMenu(): Promise<void> {
    await this.page.locator('[data-thyra-part="user-button-trigger"]').click();
    const isAnew = this.page.waitForEvent('load');
    await this.button('Sign out').click();
    await isAnew;
  }

  async isSignedIn(account: Account = ADA): Promise<void> {
    await expect(this.page).toHaveURL(`${this.server.origin}/`);
    await expect(this.page.getByRole('heading', { name: /signed in/ })).toBeVisible();
    await expect(this.page.getByText(`Signed in as ${account.email}`)).toBeVisible();
    await this.settled();
  }

  async isSignedOut(): Promise<void> {
    await this.open('/');
    await this.seesNobodySignedIn();
  }

  private async seesNobodySignedIn(): Promise<void> {
    await expect(this.page.getByText('Nobody is signed in on this device.')).toBeVisible();
    await this.settled();
  }
}
