// The sign-in page on a slow phone, beside the incumbent's and a blank form: bytes, time to a visible and to a usable
// form, main-thread time.
import { test, type Browser } from '@playwright/test';
import { Server, thyra } from '../../tests/stage/server.ts';
import { serveBlankForm } from './blank.ts';
import { serveIncumbent } from './incumbent.ts';
import { report, type Visits } from './report.ts';
import type { Served } from './served.ts';
import { visit, type Subject, type Visit } from './visit.ts';

const RUNS = 7;

test('the sign-in page on a slow phone', async ({ browser }) => {
  const server = await Server.start(thyra());
  const blank = await serveBlankForm();
  const incumbent = await start(browser, () => serveIncumbent(server.origin));
  try {
    report(await takeTurns(browser, server.origin, blank, incumbent));
  } finally {
    if (!(incumbent instanceof Error)) incumbent.stop();
    blank.stop();
    await server.stop();
  }
});

/** As it is opened: a form that can be filled in and sent. */
function ourPage(origin: string): Subject {
  return {
    url: `${origin}/sign-in`,
    field: '[data-thyra-step="start"] input[name="identifier"]',
    usable: '[data-thyra-step="start"] button[type="submit"]',
  };
}

/** The same once somebody is there: the application comes and hydrates it. */
function ourPageInUse(origin: string): Subject {
  return { ...ourPage(origin), usable: 'body[data-hydrated]', key: 'Shift' };
}

/** Serves the incumbent's page and visits it once uncounted. An incumbent that fails is a row of the table, no more. */
async function start(browser: Browser, serve: () => Promise<Served>): Promise<Served | Error> {
  try {
    const served = await serve();
    await visit(browser, served);
    return served;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** One visit of each in turn, so that whatever else the machine does meets all of them alike. */
async function takeTurns(browser: Browser, origin: string, blank: Subject, other: Served | Error): Promise<Visits> {
  const visits = { ours: [] as Visit[], inUse: [] as Visit[], blank: [] as Visit[], incumbent: [] as Visit[] };
  const [page, pageInUse] = [ourPage(origin), ourPageInUse(origin)];
  await visit(browser, page);
  for (let run = 0; run < RUNS; run++) {
    visits.ours.push(await visit(browser, page));
    visits.inUse.push(await visit(browser, pageInUse));
    visits.blank.push(await visit(browser, blank));
    if (!(other instanceof Error)) visits.incumbent.push(await visit(browser, other));
  }
  return other instanceof Error ? { ...visits, incumbent: other } : visits;
}
