import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { Server } from '../stage/server.ts';

const CLERK_JS = join(import.meta.dirname, '../../node_modules/@clerk/clerk-js/dist');

/** What the tests use of Clerk's client, by the names of its own documentation. */
export interface Clerk {
  load(options?: object): Promise<void>;
  status: string;
  client: { signUp: Attempt; signIn: Attempt };
  session: { id: string; status: string; getToken(options?: object): Promise<string | null> } | null;
  user: User | null;
  setActive(options: object): Promise<void>;
  signOut(options?: object): Promise<void>;
}

export interface User {
  id: string;
  primaryEmailAddress: { emailAddress: string } | null;
  totpEnabled: boolean;
  backupCodeEnabled: boolean;
  twoFactorEnabled: boolean;
  createTOTP(): Promise<{ secret?: string; uri?: string; verified: boolean }>;
  verifyTOTP(parameters: { code: string }): Promise<{ verified: boolean; backupCodes?: string[] }>;
  disableTOTP(): Promise<{ deleted: boolean }>;
  createBackupCode(): Promise<{ codes: string[] }>;
}

/** What `useSignIn()` of Clerk's hooks gives: the object whose contract Thyra keeps. */
interface Future {
  status: string;
  createdSessionId: string | null;
  firstFactorVerification: { status: string | null };
  supportedSecondFactors: { strategy: string }[];
  create(parameters: object): Promise<Result>;
  emailLink: { sendLink(parameters: object): Promise<Result>; waitForVerification(): Promise<Result> };
  resetPasswordEmailCode: {
    sendCode(): Promise<Result>;
    verifyCode(parameters: object): Promise<Result>;
    submitPassword(parameters: object): Promise<Result>;
  };
  mfa: {
    verifyTOTP(parameters: object): Promise<Result>;
    verifyBackupCode(parameters: object): Promise<Result>;
    sendEmailCode(): Promise<Result>;
    verifyEmailCode(parameters: object): Promise<Result>;
  };
  password(parameters: object): Promise<Result>;
  finalize(parameters?: object): Promise<Result>;
}

interface Result {
  error: unknown;
}

interface Attempt {
  __internal_future: Future;
  status: string;
  createdSessionId: string;
  supportedFirstFactors: { strategy: string; emailAddressId: string }[];
  create(parameters: object): Promise<Attempt>;
  prepareEmailAddressVerification(parameters: object): Promise<Attempt>;
  attemptEmailAddressVerification(parameters: object): Promise<Attempt>;
  prepareFirstFactor(parameters: object): Promise<Attempt>;
  attemptFirstFactor(parameters: object): Promise<Attempt>;
}

declare global {
  interface Window {
    Clerk: Clerk;
  }
}

/**
 * The key that any server of ours has: the name and port it is reached under, in base64. Clerk's clients refuse a name
 * without a dot; `localhost` has one when it is written out as the absolute name that it is.
 */
export function publishableKey(server: Server): string {
  const { hostname, port } = new URL(server.origin);
  const name = hostname.includes('.') ? hostname : `${hostname}.`;
  const host = Buffer.from(`${name}:${port}$`).toString('base64');
  return `pk_live_${host.replace(/=+$/, '')}`;
}

/**
 * An app in another language beside the server: a page of its own with Clerk's client from npm, not one byte of it
 * changed, that is told only the key and where the API is.
 */
export async function openClerkPage(page: Page, server: Server): Promise<void> {
  const html = `<!doctype html><html lang="en"><head><title>Foreign app</title>
    <script src="/foreign-app/clerk.browser.js" data-clerk-publishable-key="${publishableKey(server)}"
      data-clerk-proxy-url="${server.origin}/__clerk"></script></head><body><h1>Foreign app</h1></body></html>`;
  await page.route(`${server.origin}/foreign-app/**`, async (route) => {
    const name = new URL(route.request().url()).pathname.split('/').pop()!;
    if (!name.endsWith('.js')) return route.fulfill({ contentType: 'text/html', body: html });
    await route.fulfill({ contentType: 'text/javascript', body: await readFile(join(CLERK_JS, name)) });
  });
  await loadClerk(page, server);
}

/** Opens the page (again) and waits until the client has loaded in full, not merely degraded. */
export async function loadClerk(page: Page, server: Server): Promise<string> {
  await page.goto(`${server.origin}/foreign-app/`);
  return page.evaluate(async () => {
    await window.Clerk.load({ telemetry: false });
    return window.Clerk.status;
  });
}
