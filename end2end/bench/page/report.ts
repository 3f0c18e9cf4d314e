// Rows of the table in docs/performance.md.
import { appendFileSync } from 'node:fs';
import type { Visit } from './visit.ts';

/** What the design counts for the incumbent's page. */
const DESIGN_KILOBYTES = 354;

type Row = [what: string, measured: string, bar: string];

export interface Visits {
  ours: Visit[];
  blank: Visit[];
  incumbent: Visit[] | Error;
}

export function report(visits: Visits): void {
  const rows = [...byteRows(visits), ...timeRows(visits)];
  const table = rows.map((row) => `| ${row.join(' | ')} |\n`).join('');
  if (process.env.BENCH_ROWS) appendFileSync(process.env.BENCH_ROWS, table);
  console.log(`\n${table}`);
}

function byteRows({ ours, incumbent }: Visits): Row[] {
  const types = [...new Set(ours.flatMap(({ bytes }) => Object.keys(bytes)))].sort();
  const byType = types.map((type): Row => {
    const size = median(ours.map(({ bytes }) => bytes[type] ?? 0));
    return [`bytes over the wire: ${type}`, kilobytes(size), ''];
  });
  const total = medianBytes(ours);
  const design = (total / (DESIGN_KILOBYTES * 1_000)).toFixed(2);
  const rows: Row[] = [
    ...byType,
    ['bytes over the wire: all', kilobytes(total), ''],
    [`bytes, ours ÷ the ${DESIGN_KILOBYTES} kB that the design counts for the incumbent`, design, '≤ 0.45'],
  ];
  if (incumbent instanceof Error) return [...rows, notMeasured(incumbent)];
  const theirs = medianBytes(incumbent);
  rows.push(['incumbent: bytes over the wire', kilobytes(theirs), '']);
  rows.push(["bytes, ours ÷ incumbent's", (total / theirs).toFixed(2), '≤ 0.45']);
  return rows;
}

function timeRows(visits: Visits): Row[] {
  return [
    ...rowsOfOneTime(visits, 'time to visible form', 'visible', '≤ 0.10'),
    ...rowsOfOneTime(visits, 'time to usable form', 'usable', ''),
    ...rowsOfOneTime(visits, 'main-thread time', 'mainThread', '≤ 0.25'),
  ];
}

function rowsOfOneTime({ ours, blank, incumbent }: Visits, what: string, key: TimeKey, bar: string): Row[] {
  const time = (visits: Visit[]) => median(visits.map((visit) => visit[key]));
  const milliseconds = (value: number) => `${value.toFixed(0)} ms`;
  const nothing = time(blank);
  const rows: Row[] = [[what, `${milliseconds(time(ours))} (blank form ${milliseconds(nothing)})`, '']];
  if (incumbent instanceof Error) return rows;
  const theirs = time(incumbent);
  const ratio = (time(ours) - nothing) / (theirs - nothing);
  rows.push([`incumbent: ${what}`, milliseconds(theirs), '']);
  rows.push([`${what}, ours ÷ incumbent's, each less the blank form`, ratio.toFixed(2), bar]);
  return rows;
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
