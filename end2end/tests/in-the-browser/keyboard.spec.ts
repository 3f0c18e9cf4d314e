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

test('after a mistake the focus is in the field it was made in', async ({ person, console }) => {
  console.expect(/status of 422/);
  await person.signsUp();
  await person.signsOut();
  await person.namesAccount(ADA.email);
  await person.seesStep('password');

  await person.password.fill('not the password');
  await person.continues();

  await expect(person.password).toHaveAttribute('aria-invalid', 'true');
  await expect(person.password).toBeFocused();
});

test('the tab key goes through the card in order, and where it is can be seen', async ({ person, page }) => {
  await person.open('/sign-in');
  await person.identifier.focus();
  const expected = [person.button('Continue'), person.link('Sign up')];

  for (const stop of expected) {
    await page.keyboard.press('Tab');
    await expect(stop).toBeFocused();
    const outline = await stop.evaluate((element) => {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
      return { outline: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2, shadow: boxShadow !== 'none' };
    });
    expect(outline.outline || outline.shadow, 'the focus can be seen').toBe(true);
  }
});

test('the password can be shown and hidden again', async ({ person }) => {
  await person.open('/sign-up');
  await person.password.fill(ADA.password);

  await person.button('Show password').click();
  await expect(person.password).toHaveAttribute('type', 'text');
  await expect(person.password).toHaveValue(ADA.password);
  await expect(person.button('Show password')).toHaveAttribute('aria-pressed', 'true');

  await person.button('Show password').click();
  await expect(person.password).toHaveAttribute('type', 'password');
});

const MAIL = 'Enter this code to sign in to Route 66:\n\n123456\n\nIt expires in 10 minutes.';

for (const pasted of [' 123-456 ', '１２３４５６', 'Your code is 123456.', MAIL]) {
  test(`a code pasted as ${JSON.stringify(pasted)} is taken`, async ({ person }) => {
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
