// better-auth as its documentation sets it up for production, in one Node process, driven by ../src/better_auth.
//
// Its defaults stand, the session cookie cache (off) among them. Only what would measure something else is changed: no
// limits by address, no telemetry, and the code in the mail is known beforehand, as that of Thyra's test addresses is,
// so that no side pays for handing it over.
import { createServer } from 'node:http';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { fromNodeHeaders, toNodeHandler } from 'better-auth/node';
import { emailOTP } from 'better-auth/plugins/email-otp';
import Database from 'better-sqlite3';

const { BENCH_PORT: port, BENCH_DATABASE: file, BENCH_SECRET: secret, BENCH_DURABLE: durable } = process.env;

/** With a write-ahead log this driver waits for the disk at checkpoints only, unless it is told to at every commit. */
function openDatabase() {
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  if (durable) database.pragma('synchronous = FULL');
  return database;
}

const auth = betterAuth({
  baseURL: `http://127.0.0.1:${port}`,
  secret,
  database: openDatabase(),
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  plugins: [emailOTP({ generateOTP: () => '424242', sendVerificationOTP: async () => {} })],
});

/** A route that needs a signed-in user, in the app that better-auth is embedded in. */
async function whoAmI(request, response) {
  const session = await auth.api.getSession({ headers: fromNodeHeaders(request.headers) });
  if (!session) return response.writeHead(401).end();
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ user_id: session.user.id }));
}

await (await getMigrations(auth.options)).runMigrations();
const answer = toNodeHandler(auth);
createServer((request, response) => {
  if (request.url === '/me') return whoAmI(request, response);
  if (request.url === '/readyz') return response.writeHead(200).end();
  return answer(request, response);
}).listen(port, '127.0.0.1');
