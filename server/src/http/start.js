// Loads the application. Sent within every page, so it is short; document.rs fills in the names in braces.
const start = () => import('{script}')
  .then((app) => app.default({ module_or_path: '{wasm}' }).then(() => app.hydrate()));

const whenIdle = () => 'requestIdleCallback' in window ? requestIdleCallback(start, { timeout: 2000 }) : start();

// A page that nobody has touched needs no application: it is there to be read, and its form can be sent without.
const whenSomebodyIsThere = () => {
  const found = new AbortController();
  const isSign = ({ type, persisted }) =>
    type === 'pageshow' ? persisted : type !== 'visibilitychange' || document.visibilityState === 'visible';
  const look = (event) => {
    if (found.signal.aborted || !isSign(event)) return;
    found.abort();
    start();
  };
  // As the application does when it arrives: who types at once should not type into nothing.
  if (document.activeElement === document.body && matchMedia('(min-width: 761px) and (pointer: fine)').matches)
    document.querySelector("form input:not([type=hidden]):not([readonly]):not([tabindex='-1'])")?.focus();
  const signs = ['pointerdown', 'pointermove', 'keydown', 'input', 'click', 'focusin', 'focus', 'visibilitychange', 'pageshow'];
  for (const sign of signs) addEventListener(sign, look, { signal: found.signal, passive: true });
  // What was typed or filled in before this ran.
  if ([...document.querySelectorAll('input')].some((input) => input.value !== input.defaultValue)) look({});
};

{when}();
