// A form of plain HTML: what the network and Chromium cost by themselves.
import { serve, type Served } from './served.ts';

const PAGE = `<!doctype html><html lang="en"><head><title>Blank</title></head><body>
  <form><label>Email address <input name="identifier"></label><button>Continue</button></form></body></html>`;

export function serveBlankForm(): Promise<Served> {
  return serve((_, response) => response.setHeader('content-type', 'text/html').end(PAGE), {
    field: 'input[name="identifier"]',
    usable: 'form button',
  });
}
