// Every step in both colour schemes, from a small phone to a desktop, from left to right and from right to left.
// The pictures land in test-results/looks for people to look at; the checks are for what a machine can see.
import { expect, test } from '../stage/index.ts';
import { ADA, type Person } from '../stage/person.ts';
import { expectAccessible } from '../stage/accessibility.ts';
import { withSecondFactors } from '../stage/authenticator.ts';

const LOOKS = [
  { name: 'desktop-light', width: 1280, height: 800, scheme: 'light', locale: 'en-US' },
  { name: 'desktop-dark', width: 1280, height: 800, scheme: 'dark', locale: 'en-US' },
  { name: 'phone-light', width: 320, height: 640, scheme: 'light', locale: 'en-US' },
  { name: 'phone-dark', width: 320, height: 640, scheme: 'dark', locale: 'en-US' },
  { name: 'right-to-left', width: 390, height: 800, scheme: 'light', locale: 'ar-XB' },
] as const;

async function isLookedAt(person: Person, look: string, step: string): Promise<void> {
  const { page } = person;
  await page.screenshot({ path: `test-results/looks/${step}-${look}.png`, animations: 'disabled' });
  await expectAccessible(page, true);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow, `${step} in ${look} scrolls sideways`).toBeLessThanOrEqual(0);
}

/** By step and not by text: the pseudo-locale's texts are not the English ones. */
async function reaches(person: Person, step: string): Promise<void> {
  await expect(person.page.locator(`[data-thyra-step="${step}"]`)).toBeVisible();
  await person.settled();
}

for (const look of LOOKS) {
  test.describe(look.name, () => {
    test.use({ viewport: { width: look.width, height: look.height }, colorScheme: look.scheme, locale: look.locale });

    test('every step', async ({ person, page, console }) => {
      console.expect(/status of 422.*submit_password/);
      const submit = () => page.locator('[data-thyra-step] button[type="submit"]:visible').last().click();
      await person.open('/');
      await isLookedAt(person, look.name, 'home');
      await person.open('/sign-up');
      await reaches(person, 'start');
      await isLookedAt(person, look.name, 'sign-up-start');
      await page.locator('input[name="email_address"]').fill(ADA.email);
      await page.locator('input[name="password"]').fill(ADA.password);
      await submit();
      await reaches(person, 'verify-email-address');
      await isLookedAt(person, look.name, 'sign-up-verify');
      await page.locator('input[name="code"]').fill(await person.newestCode(ADA.email));
      await expect(page).toHaveURL(`${person.server.origin}/`);
      await person.settled();
      await isLookedAt(person, look.name, 'home-signed-in');
      await page.context().clearCookies();

      await person.open('/sign-in');
      await reaches(person, 'start');
      await isLookedAt(person, look.name, 'sign-in-start');
      await page.locator('input[name="identifier"]').fill('nobody@example.com');
      await submit();
      await reaches(person, 'account-not-found');
      await isLookedAt(person, look.name, 'sign-in-account-not-found');
      await person.open('/sign-in');
      await page.locator('input[name="identifier"]').fill(ADA.email);
      await submit();
      await reaches(person, 'password');
      await isLookedAt(person, look.name, 'sign-in-password');
      await page.locator('input[name="password"]').fill('not the password');
      await submit();
      await expect(page.locator('input[name="password"]')).toHaveAttribute('aria-invalid', 'true');
      await isLookedAt(person, look.name, 'sign-in-password-wrong');
      await person.open('/sign-in/factor-one/methods');
      await reaches(person, 'methods');
      await isLookedAt(person, look.name, 'sign-in-methods');
      for (const [list, method, step] of [
        ['methods', 'email_code', 'email-code'],
        ['methods', 'email_link', 'email-link'],
        ['forgot-password', 'reset_password_email_code', 'reset-password-email-code'],
      ] as const) {
        await person.open(`/sign-in/factor-one/${list}`);
        await page.locator(`[data-thyra-method="${method}"]`).click();
        await reaches(person, step);
        await isLookedAt(person, look.name, `sign-in-${step}`);
      }
    });

    test('every step of a second factor', async ({ person, page, server, console }) => {
      console.expect(/status of 422/);
      const { app } = await withSecondFactors(server, ADA);
      const submit = () => page.locator('[data-thyra-step] button[type="submit"]:visible').last().click();
      await person.open('/sign-in');
      await page.locator('input[name="identifier"]').fill(ADA.email);
      await submit();
      await reaches(person, 'password');
      await page.locator('input[name="password"]').fill(ADA.password);
      await submit();
      await reaches(person, 'totp');
      await isLookedAt(person, look.name, 'sign-in-totp');
      await page.locator('input[name="code"]').fill(app.wrongCode());
      await expect(page.locator('input[name="code"]')).toHaveAttribute('aria-invalid', 'true');
      await isLookedAt(person, look.name, 'sign-in-totp-wrong');
      await person.open('/sign-in/factor-two/methods');
      await reaches(person, 'methods');
      await isLookedAt(person, look.name, 'sign-in-second-methods');
      await page.locator('[data-thyra-method="backup_code"]').click();
      await reaches(person, 'backup-code');
      await isLookedAt(person, look.name, 'sign-in-backup-code');
    });
  });
}

test('200 % text loses nothing', async ({ person, page }) => {
  await page.setViewportSize({ width: 640, height: 800 });
  await person.open('/sign-in');

  await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));

  await expect(person.button('Continue')).toBeVisible();
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow).toBeLessThanOrEqual(0);
});
