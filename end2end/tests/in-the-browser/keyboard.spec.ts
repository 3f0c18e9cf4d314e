// Everything by keyboard, and the focus where the next key belongs.
import { ADA } from '../stage/person.ts';
import { expect, test } from '../stage/index.ts';

test('a person signs in without touching the mouse', async ({ person, page }) => {
  await person.signsUp();
  await person.signsOut();
  await person.open('/sign-in');
  await person.identifier.focus();

  await page.keyboard.type(ADA.email);
  await page.keyboard.press('Enter');
  await person.seesStep('password');
  await expect(page.locator(':focus')).toHaveCount(1);
  await expect(page.locator('[data-thyra-step="password"] :focus')).toHaveCount(1);
  await person.password.focus();
  await page.keyboard.type(ADA.password);
  await page.keyboard.press('Enter');

  await person.isSignedIn();
});

test('after a mistake the focus is in the field it was made in', async ({ person }) => {
  await person.signsUp();
  await person.signsOut();
  await person.namesAccount(ADA.email);
  await person.seesStep('password');

  await person.password.fill('not the password');
  await person.continues();

  await expect(person.password).toHaveAttribute('aria-invalid', 'true');
  await expect(person.password).toBeFocused();
});

test('every stop of the tab key is on the card and can be seen', async ({ person, page }) => {
  await person.open('/sign-in');
  const seen = new Set<string>();
  for (let stop = 0; stop < 12; stop++) {
    await page.keyboard.press('Tab');
    const focused = page.locator(':focus');
    if ((await focused.count()) === 0) break;
    await expect(focused).toBeVisible();
    seen.add(await focused.evaluate((element) => element.outerHTML.slice(0, 200)));
  }

  expect(seen.size).toBeGreaterThanOrEqual(3);
});

test('the password can be shown and hidden again', async ({ person }) => {
  await person.open('/sign-up');
  await person.password.fill(ADA.password);

  await person.button('Show password').click();
  await expect(person.password).toHaveAttribute('type', 'text');
  await expect(person.password).toHaveValue(ADA.password);

  await person.button('Hide password').click();
  await expect(person.password).toHaveAttribute('type', 'password');
});

for (const pasted of [' 123-456 ', '１２３４５６', 'Your code is 123456.']) {
  test(`a code pasted as "${pasted}" is taken`, async ({ person }) => {
    await person.open('/sign-up');
    await person.identifier.fill(ADA.email);
    await person.password.fill(ADA.password);
    await person.continues();
    await person.seesStep('verify-email-address');
    const code = await person.newestCode(ADA.email);
    const wide = [...code].map((digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)).join('');
    const text = pasted.includes('１') ? wide : pasted.replace('123-456', `${code.slice(0, 3)}-${code.slice(3)}`).replace('123456', code);

    await person.code.fill(text);

    await person.isSignedIn();
  });
}
