/** The plan of a training step as a table: rows by phase, with their sums, and the same as plain text. */
import type { DescribedDispatch, PlanDescription, TunedShape } from '../../engine/engine';
import { formatBytes, formatCount, formatFlops, formatItems, formatNumber } from '../../ui/format';

export interface PlanSums {
  readonly bytes: number;
  readonly flops: number;
  /** Of those that were measured; `null` where none was. */
  readonly ms: number | null;
}

export interface PlanGroup {
  readonly phase: DescribedDispatch['phase'];
  readonly title: string;
  readonly rows: readonly DescribedDispatch[];
  readonly sums: PlanSums;
}

const PHASES: readonly (readonly [DescribedDispatch['phase'], string])[] = [
  ['batch', 'Batch'],
  ['forward', 'Forward'],
  ['head', 'Angles, scale and loss'],
  ['backward', 'Backward'],
  ['update', 'Update'],
];

/** In the order of a step; phases without a dispatch are left out. */
export function groupsOf({ dispatches }: PlanDescription): readonly PlanGroup[] {
  return PHASES.flatMap(([phase, title]) => {
    const rows = dispatches.filter((dispatch) => dispatch.phase === phase);
    return rows.length === 0 ? [] : [{ phase, title, rows, sums: sumsOf(rows) }];
  });
}

export function sumsOf(rows: readonly DescribedDispatch[]): PlanSums {
  const sum = (of: (row: DescribedDispatch) => number): number =>
    rows.reduce((total, row) => total + of(row), 0);
  return {
    bytes: sum(({ bytes }) => bytes),
    flops: sum(({ flops }) => flops),
    ms: rows.some(({ ms }) => ms !== null) ? sum(({ ms }) => ms ?? 0) : null,
  };
}

/** Share of the longest, 0 … 1, for the bar of each row; 0 where nothing was measured. */
export function barsOf({ dispatches }: PlanDescription): (row: DescribedDispatch) => number {
  const longest = Math.max(0, ...dispatches.map(({ ms }) => ms ?? 0));
  return ({ ms }) => (ms === null || longest === 0 ? 0 : ms / longest);
}

/** `0.412`, `12.3`: three digits, at least a microsecond's worth; a dash where it was not measured. */
export function msText(ms: number | null): string {
  if (ms === null) return '–';
  if (ms >= 100) return formatCount(ms);
  return ms.toFixed(ms >= 10 ? 1 : ms >= 1 ? 2 : 3);
}

/** Millions; a dash where memory decides. */
export function megaflopsText(flops: number): string {
  return flops === 0 ? '–' : formatNumber(flops / 1e6, 3);
}

/** What the table adds up to, in sentences. */
export function summaryOf(plan: PlanDescription): readonly string[] {
  const { batch, dispatches, scratchBytes, unsharedBytes, residentBytes } = plan;
  const kernels = new Set(dispatches.map(({ kernel }) => kernel)).size;
  const saved = scratchBytes < unsharedBytes ? `, ${formatBytes(unsharedBytes)} unshared` : '';
  return [
    `One step on ${formatItems(batch, 'crop')}: ${formatItems(dispatches.length, 'dispatch', 'dispatches')} of ${formatItems(kernels, 'kernel')}, ${formatFlops(plan.flops)}.`,
    `Intermediate results take ${formatBytes(scratchBytes)}${saved}; ${formatBytes(residentBytes)} stay from step to step.`,
    timingText(plan),
  ];
}

function timingText({ timing, dispatches }: PlanDescription): string {
  const without = dispatches.filter(({ ms }) => ms === null);
  const missing = without.length === 0 ? '' : ` Not measured: ${without.map(nameOf).join(', ')}.`;
  switch (timing) {
    case 'timestamps':
      return `Times are the GPU’s own, each dispatch by itself.${missing}`;
    case 'wall':
      return `Times are by the wall clock, each dispatch many times over: this adapter tells none of its own.${missing}`;
    case null:
      return 'Nothing is measured yet.';
    default:
      return timing satisfies never;
  }
}

function nameOf({ label, kernel }: DescribedDispatch): string {
  return `${label} (${kernel})`;
}

/** What the candidates of a shape took, the fastest first; why nothing was measured where it was not. */
export function candidatesText({ measured }: TunedShape): string {
  if (measured.length === 0)
    return 'taken unmeasured: the only one, or the time for measuring was up';
  return [...measured]
    .sort((a, b) => a.ms - b.ms)
    .map(({ name, ms }) => `${name} ${ms.toFixed(3)} ms`)
    .join(' · ');
}

/** The table for a text editor: aligned columns under the summary. */
export function planText(plan: PlanDescription, heading: string): string {
  const head = ['kernel', 'layer', 'shape', 'workgroups', 'bytes', 'FLOP', 'ms'];
  const rowOf = (row: DescribedDispatch): string[] => [
    row.kernel,
    row.label,
    row.shape,
    `${row.workgroups}`,
    `${row.bytes}`,
    `${row.flops}`,
    row.ms === null ? '–' : row.ms.toFixed(4),
  ];
  const groups = groupsOf(plan);
  const cells = [head, ...groups.flatMap(({ rows }) => rows.map(rowOf))];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column < 3 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
      )
      .join('  ')
      .trimEnd();
  const { bytes, flops, ms } = sumsOf(plan.dispatches);
  return [
    heading,
    ...summaryOf(plan),
    '',
    line(head),
    ...groups.flatMap(({ title, rows }) => ['', title, ...rows.map((row) => line(rowOf(row)))]),
    '',
    line(['total', '', '', '', `${bytes}`, `${flops}`, ms === null ? '–' : ms.toFixed(4)]),
    '',
  ].join('\n');
}
