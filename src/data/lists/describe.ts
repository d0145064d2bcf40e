/** A list in a few words for the screen. */
import type { FaceList } from './faceList';

function amount(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

function content(list: FaceList): string {
  switch (list.kind) {
    case 'identities': {
      const people = new Set(list.identities).size;
      const images = amount(list.paths.length, 'image', 'images');
      return `who is on ${images}, ${amount(people, 'identity', 'identities')}`;
    }
    case 'partition': {
      const parts = [...new Set(list.splits)].join(', ');
      return `which part ${amount(list.paths.length, 'image is', 'images are')} in (${parts})`;
    }
    case 'names':
      return `names of ${amount(list.names.size, 'identity', 'identities')}`;
    case 'landmarks': {
      const what = list.points === null ? 'boxes' : 'landmarks';
      return `${what} of ${amount(list.paths.length, 'image', 'images')}`;
    }
    case 'people': {
      const people = list.folds.reduce((sum, fold) => sum + fold.length, 0);
      const folds = list.folds.length === 1 ? '' : ` in ${list.folds.length} folds`;
      return `${amount(people, 'person', 'people')}${folds}`;
    }
    case 'pairs': {
      const folds = (list.folds ?? 1) === 1 ? '' : ` in ${list.folds} folds`;
      return `${amount(list.pairs.length, 'pair', 'pairs')}${folds}`;
    }
  }
}

/** Such as `6,000 pairs in 10 folds`, with the number of lines that could not be used. */
export function describeList(list: FaceList): string {
  const { problemCount } = list;
  if (problemCount === 0) return content(list);
  return `${content(list)}; ${amount(problemCount, 'line', 'lines')} could not be used`;
}
