/** A long piece of work in words: what, how far, how fast, how long still. Estimates say "about". */
import type { Progress } from '../state/session.types';
import { formatCount, formatDuration, formatNumber } from './format';

const TASKS: Readonly<Record<Progress['task'], string>> = {
  list: 'Listing files',
  index: 'Finding images and labels',
  decode: 'Reading images',
  read: 'Reading the kept pixels',
  generate: 'Generating faces',
  probe: 'Trying engines',
  compile: 'Compiling shaders',
  compare: 'Comparing images',
  judge: 'Judging images',
  embed: 'Embedding images',
};

export function progressTitle(progress: Progress): string {
  return TASKS[progress.task];
}

/** Share done, 0 … 1; `null` where the total is not known. */
export function progressShare({ done, total }: Progress): number | null {
  return total === null || total <= 0 ? null : Math.min(1, done / total);
}

/** `412 of 960 images · 640 a second · about 2 s left`; unknown parts are left out. */
export function progressDetail({ done, total, unit, rate }: Progress): string {
  const parts = [
    total === null
      ? `${formatCount(done)} ${unit}`
      : `${formatCount(done)} of ${formatCount(total)} ${unit}`,
  ];
  if (rate !== null && rate > 0) {
    parts.push(`${rate >= 10 ? formatCount(rate) : formatNumber(rate, 2)} a second`);
    if (total !== null && total > done) {
      const seconds = Math.max(1, Math.round((total - done) / rate));
      parts.push(`about ${formatDuration(seconds * 1000).replace('.0 s', ' s')} left`);
    }
  }
  return parts.join(' · ');
}
