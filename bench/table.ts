/** A report as a table for a person, in Markdown, and its place in the README. */
import type { ArmReport, BenchReport, WorkloadReport } from './report';

/** The arm the others are compared with. */
const OWN = 'fused';

/** Arms that do a part of a workload's operations: what they are divided by. */
const PARTS: Readonly<Record<string, number>> = { 'fused-one': 2 };

export function renderReport(report: BenchReport): string {
  const { adapter, versions, ceilingGflops, workloads } = report;
  const gpu =
    adapter === null
      ? 'none'
      : [adapter.vendor, adapter.architecture, adapter.description]
          .filter((part) => part !== '')
          .join(' ') + (adapter.software ? ' (software)' : '');
  const facts = [
    `Adapter: ${gpu}.`,
    ceilingGflops === null
      ? 'Ceiling: not measured.'
      : `Ceiling: ${digits(ceilingGflops)} GFLOP/s, the best matrix product of this run.`,
    `${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}.`,
  ];
  const tables = workloads.map((work) => renderWorkload(work, ceilingGflops));
  return `${[facts.join('\n'), ...tables].join('\n\n')}\n`;
}

function renderWorkload(work: WorkloadReport, ceiling: number | null): string {
  const own = work.arms.find(({ name }) => name === OWN) ?? null;
  const lines = [
    `#### ${work.name}: ${digits(work.flops / 1e9)} GFLOP a step`,
    '',
    '| arm | step, ms | least – most | × fused | of the ceiling | JavaScript, ms | dispatches | GPU, MiB |',
    '|---|---:|---:|---:|---:|---:|---:|---:|',
    ...work.arms.map((arm) => row(arm, own, work.flops, ceiling)),
  ];
  const unavailable = (work.unavailable ?? []).map(
    ({ name, reason }) => `- \`${name}\`: ${reason}`,
  );
  if (unavailable.length > 0) lines.push('', 'Not measured:', '', ...unavailable);
  return lines.join('\n');
}

function row(arm: ArmReport, own: ArmReport | null, flops: number, ceiling: number | null): string {
  const done = flops / (PARTS[arm.name] ?? 1);
  const share = ceiling === null ? null : done / (arm.stepMs * 1e6) / ceiling;
  const cells = [
    `\`${arm.name}\``,
    digits(arm.stepMs),
    `${digits(arm.stepMsMin)} – ${digits(arm.stepMsMax)}`,
    own === null ? '' : digits(arm.stepMs / own.stepMs),
    share === null ? '' : `${digits(share * 100)} %`,
    arm.jsMs === null ? '' : digits(arm.jsMs),
    arm.dispatches === null ? '' : digits(arm.dispatches),
    arm.peakGpuBytes === null ? '' : digits(arm.peakGpuBytes / 2 ** 20),
  ];
  return `| ${cells.join(' | ')} |`;
}

/** Three significant digits, never in powers of ten. */
export function digits(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return `${value}`;
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(decimals, 6));
}

const END = '<!-- end of results -->';

/**
 * The README with the table of `name` in it: in place of the one before, else after the other tables.
 * @throws RangeError where the README has no place for tables
 */
export function placeTable(readme: string, name: string, table: string): string {
  const start = `<!-- results: ${name} -->`;
  const stop = `<!-- end: ${name} -->`;
  const section = `${start}\n### ${name}\n\n${table}${stop}\n`;
  const from = readme.indexOf(start);
  const to = readme.indexOf(stop);
  if (from !== -1 && to !== -1) {
    return readme.slice(0, from) + section + readme.slice(to + stop.length + 1);
  }
  const end = readme.indexOf(END);
  if (end === -1) throw new RangeError(`the README has no line ${END}`);
  return `${readme.slice(0, end)}${section}\n${readme.slice(end)}`;
}
