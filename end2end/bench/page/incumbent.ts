// The incumbent's prebuilt sign-in form, as its documentation puts it into a page: the two scripts, unchanged from npm,
// and a call of `mountSignIn`. Behind it is the same Thyra that serves our own page.
//
// All of it comes from one origin, compressed beforehand: kinder than in real life, where scripts and API are at
// another address, with a name to look up, a connection to open and a preflight for each kind of call.
import { existsSync } from 'node:fs';
import { request, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { Package } from './package.ts';
import { serve, type Served } from './served.ts';

const CLERK_JS = join(import.meta.dirname, '../../node_modules/@clerk/clerk-js');
const CLERK_UI = join(import.meta.dirname, '../incumbents/node_modules/@clerk/ui');

/** Serves the page; the API is the Thyra at `thyra`. */
export async function serveIncumbent(thyra: string): Promise<Served> {
  for (const folder of [CLERK_JS, CLERK_UI]) if (!existsSync(folder)) throw new Error(`${folder} is not installed`);
  const packages = [new Package('@clerk/clerk-js', CLERK_JS), new Package('@clerk/ui', CLERK_UI)] as const;
  const answer = (incoming: IncomingMessage, response: ServerResponse, origin: string) => {
    const path = incoming.url!;
    const found = packages.find(({ prefix }) => path.startsWith(prefix));
    if (found) return found.send(path, response);
    if (path.startsWith('/__clerk/')) return passOn(thyra, incoming, response);
    return response.setHeader('content-type', 'text/html').end(page(packages, publishableKey(origin)));
  };
  return serve(answer, {
    field: 'input[name="identifier"]',
    // Drawn by script, it answers as soon as it is there.
    usable: '.cl-signIn-root .cl-formButtonPrimary:not([disabled])',
  });
}

/** The key says where the API is, in base64. */
function publishableKey(origin: string): string {
  const host = Buffer.from(`${new URL(origin).host}$`).toString('base64');
  return `pk_live_${host.replace(/=+$/, '')}`;
}

function page([clerkJs, clerkUi]: readonly [Package, Package], key: string): string {
  const script = (source: string) => `<script defer crossorigin="anonymous" src="${source}"
    data-clerk-publishable-key="${key}" data-clerk-proxy-url="/__clerk"></script>`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sign in</title>
    <meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
    ${script(`${clerkUi.prefix}dist/ui.browser.js`)}
    ${script(`${clerkJs.prefix}dist/clerk.browser.js`)}
    <script type="module">
      await Clerk.load({ ui: { ClerkUI: window.__internal_ClerkUICtor }, telemetry: false });
      Clerk.mountSignIn(document.getElementById('sign-in'));
    </script></head><body><div id="sign-in"></div></body></html>`;
}

/** A call of the API, as coming from Thyra's own origin: whose pages may call it is not what is measured. */
function passOn(thyra: string, incoming: IncomingMessage, response: ServerResponse): void {
  const headers = { ...incoming.headers, host: new URL(thyra).host };
  if (headers.origin) headers.origin = thyra;
  const call = request(thyra + incoming.url, { method: incoming.method, headers }, (answer) => {
    response.writeHead(answer.statusCode!, answer.headers);
    answer.pipe(response);
  });
  call.on('error', () => response.writeHead(502).end());
  incoming.pipe(call);
}
