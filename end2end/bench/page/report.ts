// Rows of the table in docs/performance.md.
import { appendFileSync } from 'node:fs';
import type { Visit } from './visit.ts';

/** What the design counts for the incumbent's page. */
const DESIGN_KILOBYTES = 354;

type Row = [what: string, measured: string, bar: string];

export interface Visits {
  ours: Visit[];
  inUse: Visit[];
  blank: Visit[];
  incumbent: Visit[] | Error;
}

export function report(visits: Visits): void {
  const rows = [...byteRows(visits), ...timeRows(visits)];
  const table = rows.map((row) => `| ${row.join(' | ')} |\n`).join('');
  if (process.env.BENCH_ROWS) appendFileSync(process.env.BENCH_ROWS, table);
  console.log(`\n${table}`);
}

function byteRows({ ours, inUse, incumbent }: Visits): Row[] {
  const [opened, used] = [medianBytes(ours), medianBytes(inUse)];
  const ofDesign = (bytes: number) => (bytes / (DESIGN_KILOBYTES * 1_000)).toFixed(2);
  const rows: Row[] = [
    ...rowsByType('page as it is opened', ours),
    ['page as it is opened: all bytes', kilobytes(opened), ''],
    [`bytes, ours as opened ÷ the ${DESIGN_KILOBYTES} kB that the design counts for the incumbent`, ofDesign(opened), '≤ 0.45'],
    ...rowsByType('page in use', inUse),
    ['page in use: all bytes', kilobytes(used), ''],
    [`bytes, ours in use ÷ the same ${DESIGN_KILOBYTES} kB`, ofDesign(used), ''],
  ];
  if (incumbent instanceof Error) return [...rows, notMeasured(incumbent)];
  const theirs = medianBytes(incumbent);
  return [
    ...rows,
    ['incumbent: all bytes', kilobytes(theirs), ''],
    ["bytes, ours as opened ÷ incumbent's", (opened / theirs).toFixed(2), '≤ 0.45'],
    ["bytes, ours in use ÷ incumbent's", (used / theirs).toFixed(2), ''],
  ];
}

function rowsByType(what: string, visits: Visit[]): Row[] {
  const types = [...new Set(visits.flatMap(({ bytes }) => Object.keys(bytes)))].sort();
  return types.map((type): Row => {
    const size = median(visits.map(({ bytes }) => bytes[type] ?? 0));
    return [`${what}: ${type} bytes`, kilobytes(size), ''];
  });
}

function timeRows(visits: Visits): Row[] {
  return [
    ...rowsOfOneTime(visits, 'time to visible form', 'visible', '≤ 0.10'),
    ...rowsOfOneTime(visits, 'time to usable form', 'usable', ''),
    ...rowsOfOneTime(visits, 'main-thread time', 'mainThread', '≤ 0.25'),
  ];
}

function rowsOfOneTime({ ours, inUse, blank, incumbent }: Visits, what: string, key: TimeKey, bar: string): Row[] {
  const time = (visits: Visit[]) => median(visits.map((visit) => visit[key]));
  const milliseconds = (value: number) => `${value.toFixed(0)} ms`;
  const nothing = time(blank);
  const rows: Row[] = [
    [what, `${milliseconds(time(ours))} (blank form ${milliseconds(nothing)})`, ''],
    [`page in use: ${what}`, milliseconds(time(inUse)), ''],
  ];
  if (incumbent instanceof Error) return rows;
  const theirs = time(incumbent);
  const ratio = (visits: Visit[]) => ((time(visits) - nothing) / (theirs - nothing)).toFixed(2);
  return [
    ...rows,
    [`incumbent: ${what}`, milliseconds(theirs), ''],
    [`${what}, ours as opened ÷ incumbent's, each less the blank form`, ratio(ours), bar],
    [`${what}, ours in use ÷ incumbent's, each less the blank form`, ratio(inUse), ''],
  ];
}

type TimeKey = 'visible' | 'usable' | 'mainThread';

function notMeasured(reason: Error): Row {
  return ["incumbent's page", `not measured: ${reason.message.replace(/[|\n]+/g, ' ')}`, ''];
}

function medianBytes(visits: Visit[]): number {
  return median(visits.map(({ bytes }) => Object.values(bytes).reduce((sum, size) => sum + size, 0)));
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1_000).toFixed(1)} kB`;
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
