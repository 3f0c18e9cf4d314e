import { test as base, expect } from '@playwright/test';
import { Console } from './console.ts';
import { Person } from './person.ts';
import { notebook } from './notebook.ts';
import { Server, thyra } from './server.ts';

export interface StageOptions {
  /** Settings of the server, as environment variables. */
  settings: Record<string, string>;
  /** What is put on the stage: our server, or the app that embeds the crate. */
  program: 'thyra' | 'notebook';
}

interface Stage {
  server: Server;
  console: Console;
  /** Somebody at a browser that nobody has signed in on. */
  person: Person;
}

/** A test with a server, an empty database and a person of its own. */
export const test = base.extend<StageOptions & Stage>({
  settings: [{}, { option: true }],
  program: ['thyra', { option: true }],

  server: async ({ program, settings }, use, info) => {
    const server = await Server.start(program === 'notebook' ? notebook : thyra(settings));
    await use(server);
    if (info.status !== info.expectedStatus) await info.attach('server log', { body: server.log });
    await server.stop();
    expect(server.log, 'the server must not panic').not.toContain('panicked at');
  },

  baseURL: async ({ server }, use) => use(server.origin),

  console: [
    async ({ page, javaScriptEnabled }, use) => {
      const said = new Console(page);
      if (javaScriptEnabled === false) said.expect(/was preloaded using link preload but not used/);
      await use(said);
      expect(said.unexpected(), 'nothing unexpected on the console').toEqual([]);
    },
    { auto: true },
  ],

  person: async ({ page, server, console, javaScriptEnabled }, use) => {
    await use(new Person(page, server, console, javaScriptEnabled !== false));
  },
});

export { expect };
