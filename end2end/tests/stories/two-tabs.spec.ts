// Two tabs of one browser, two names: what is typed in one is never tried for the name in the other.
import { expect, test } from '../stage/index.ts';
import { ADA, Person, type Account } from '../stage/person.ts';

const GRACE: Account = { email: 'grace@example.com', password: 'another horse battery 7' };

test.beforeEach(async ({ person }) => {
  // Two accounts are made before the story begins.
  test.slow();
  for (const account of [ADA, GRACE]) {
    await person.signsUp(account);
    await person.signsOut();
  }
});

/** Another tab, in which Grace begins to sign in. */
async function graceBegins(person: Person): Promise<void> {
  const tab = await person.page.context().newPage();
  const grace = new Person(tab, person.server, person.console, person.scripts);
  await grace.namesAccount(GRACE.email);
  await grace.seesStep('password');
}

test('a password is tried for the name it stands under', async ({ person }) => {
  await person.namesAccount(ADA.email);
  await person.seesStep('password');
  await graceBegins(person);

  await person.password.fill(ADA.password);
  await person.continues();

  await person.isSignedIn(ADA);
});

test('a code whose attempt has ended leads to the start, which says so', async ({ person, console }) => {
  console.expect(/status of 404.*submit_code/);
  await person.namesAccount(ADA.email);
  await person.seesStep('password');
  await person.choosesEmailCode(ADA.email);
  await graceBegins(person);

  await person.entersCode(await person.newestCode(ADA.email));

  await person.seesStep('start');
  await expect(person.alert).toContainText('This attempt has ended. Start over.');
});
