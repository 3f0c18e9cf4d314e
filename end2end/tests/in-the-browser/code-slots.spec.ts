// The six slots of a code: the one that the next digit goes into is lit, and no other.
import { expect, test } from '../stage/index.ts';
import { ADA, type Person } from '../stage/person.ts';

/** Which slots have the ring of the focus, from 0. */
function litSlots(person: Person): Promise<number[]> {
  return person.page.locator('[data-thyra-part="otp-slot"]').evaluateAll((slots) =>
    slots.flatMap((slot, at) => (getComputedStyle(slot).boxShadow === 'none' ? [] : [at])),
  );
}

async function isAskedForACode(person: Person): Promise<void> {
  await person.open('/sign-up');
  await person.identifier.fill(ADA.email);
  await person.password.fill(ADA.password);
  await person.continues();
  await person.seesStep('verify-email-address');
}

test('typing lights the slot of the next digit', async ({ person, page, console }) => {
  console.expect(/status of 422.*submit_code/);
  await isAskedForACode(person);
  await person.code.focus();
  await expect.poll(() => litSlots(person)).toEqual([0]);

  for (const [at, digit] of [...'00000'].entries()) {
    await page.keyboard.type(digit);
    await expect.poll(() => litSlots(person)).toEqual([at + 1]);
  }
  await page.keyboard.press('Backspace');
  await expect.poll(() => litSlots(person)).toEqual([4]);

  // A wrong code is selected, so that typing replaces it.
  await page.keyboard.type('00');
  await expect(person.code).toHaveAttribute('aria-invalid', 'true');
  await expect.poll(() => litSlots(person)).toEqual([0]);

  await page.locator('body').click({ position: { x: 1, y: 1 } });
  await expect.poll(() => litSlots(person)).toEqual([]);
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('all slots are lit, because nobody counts the digits', async ({ person }) => {
    await isAskedForACode(person);

    await person.code.focus();
    await person.code.pressSequentially('12');

    expect(await litSlots(person)).toEqual([0, 1, 2, 3, 4, 5]);
  });
});
