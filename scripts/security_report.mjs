// Which tests stand for which requirement of docs/security-checklist.md, and how their last run ended. Reads what cargo's and
// Playwright's test runners printed from standard input, writes docs/security.md.  node scripts/security_report.mjs LABEL
import { readFile, writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';

const [label] = process.argv.slice(2);
const checklist = await readFile('docs/security-checklist.md', 'utf8');
const requirements = [...checklist.matchAll(/^- \*\*([A-Z]\d\d)\*\* (must|\*should\*|should): (.*)$/gm)].map(
  ([, id, level, what]) => ({ id, level: level.replaceAll('*', ''), what }),
);

/** The tests whose name carries an id: by name, with whether every run of it passed. */
function testsOf(output) {
  const tests = new Map();
  const note = (id, name, passed) => {
    const key = `${id} ${name}`;
    const known = tests.get(key) ?? { id, name, passed: true };
    tests.set(key, { ...known, passed: known.passed && passed });
  };
  for (const line of output.replaceAll(/\x1b\[[0-9;]*[A-Za-z]/g, '').split('\n')) {
    // test attacks::limits::sec_c06_… ... ok
    const rust = line.match(/^test (?:.*::)?sec_([a-z]\d\d)_(\w+).* \.\.\. (ok|FAILED)$/);
    if (rust) note(rust[1].toUpperCase(), rust[2].replaceAll('_', ' '), rust[3] === 'ok');
    //   ✓  7 [scripts on] › tests/in-the-browser/reload.spec.ts:35:1 › sec_e07 a right password …  (6.2s)
    const browser = line.match(/^\s+([✓✘])\s+\d+ \[(.*?)\] › .* › sec_([a-z]\d\d) (.*?)(?: \([\d.]+m?s\))?$/);
    if (browser) note(browser[3].toUpperCase(), `${browser[4]} (browser)`, browser[1] === '✓');
  }
  return [...tests.values()].sort((a, b) => a.name.localeCompare(b.name));
}

const tests = testsOf(await text(process.stdin));
const of = (id) => tests.filter((test) => test.id === id);
const without = requirements.filter(({ id, level }) => level === 'must' && of(id).length === 0);
const failed = tests.filter((test) => !test.passed);
const unknown = [...new Set(tests.map((test) => test.id))].filter((id) => !requirements.some((one) => one.id === id));

const lines = [
  '# What the tests prove',
  '',
  `Written by \`make security-report\`${label ? `, ${label}` : ''}: the requirements of [security-checklist.md](security-checklist.md), and the`,
  'tests that carry their ids. A requirement with a test need not be met in every part; one without has nobody who watches it.',
  '',
  `${tests.length} tests stand for ${requirements.length - requirements.filter(({ id }) => of(id).length === 0).length} of ${requirements.length} requirements; ${failed.length} of them failed.`,
  '',
  '## Required, and without a test',
  '',
  'Most of them are about what Thyra does not have yet: passkeys, providers, SAML, wallets, records.',
  '',
  ...without.map(({ id, what }) => `- **${id}** ${what}`),
  '',
  '## With tests',
  '',
  '| id | test | result |',
  '|---|---|---|',
  ...requirements.flatMap(({ id }) => of(id).map(({ name, passed }) => `| ${id} | ${name.replaceAll('|', '\\|')} | ${passed ? 'passed' : '**FAILED**'} |`)),
  '',
];
await writeFile('docs/security.md', lines.join('\n'));
console.log(`docs/security.md: ${tests.length} tests, ${failed.length} failed, ${without.length} requirements without one`);
if (unknown.length > 0) console.log(`not in the checklist: ${unknown.join(', ')}`);
process.exitCode = tests.length === 0 || failed.length > 0 || unknown.length > 0 ? 1 : 0;
