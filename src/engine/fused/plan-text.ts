/** A plan as text, a kernel a line: for a console, an issue or a lesson. */
import type { Dispatch } from './kernel';

type Line = Pick<Dispatch, 'phase' | 'kernel' | 'label' | 'shape' | 'bytes' | 'flops'>;

export function planText(dispatches: readonly Line[]): string {
  const lines = dispatches.map(({ phase, kernel, label, shape, bytes, flops }) =>
    [
      phase.padEnd(8),
      kernel.padEnd(26),
      label.padEnd(22),
      shape.padEnd(36),
      `${(bytes / 2 ** 20).toFixed(2)} MiB`.padStart(11),
      (flops === 0 ? '' : `${(flops / 1e6).toFixed(1)} MFLOP`).padStart(15),
    ]
      .join(' ')
      .trimEnd(),
  );
  const bytes = dispatches.reduce((sum, one) => sum + one.bytes, 0);
  const flops = dispatches.reduce((sum, one) => sum + one.flops, 0);
  const total = `${dispatches.length} kernels, ${(flops / 1e9).toFixed(3)} GFLOP, ${(bytes / 2 ** 20).toFixed(1)} MiB read and written`;
  return [...lines, total].join('\n');
}
