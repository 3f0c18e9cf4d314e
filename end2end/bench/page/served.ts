// A page of this bench's own, on a free port of this machine.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Subject } from './visit.ts';

export interface Served extends Subject {
  stop(): void;
}

type Answer = (incoming: IncomingMessage, response: ServerResponse, origin: string) => void;

/** Serves what `answer` answers; the form is recognised by two selectors, see `Subject`. */
export async function serve(answer: Answer, form: Pick<Subject, 'field' | 'usable'>): Promise<Served> {
  const server = createServer((incoming, response) => answer(incoming, response, origin));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url: `${origin}/`, ...form, stop: () => server.close() };
}
