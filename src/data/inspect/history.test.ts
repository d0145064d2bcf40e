import { describe, expect, it } from 'vitest';
import { type Edit, EditError } from './edit';
import { applyEdits } from './edits';
import { facesOf } from './faces.testing';
import {
  applyEdit,
  type EditHistory,
  EMPTY_HISTORY,
  historyFrom,
  listEdits,
  redoEdit,
  undoEdit,
} from './history';

const FACES = facesOf({ Ann: 3, Anne: 2, Bob: 4 });
const MERGE: Edit = { kind: 'merge', identities: ['Ann', 'Anne'], into: 'Anne' };
const REMOVE: Edit = { kind: 'remove', images: ['Bob/2', 'Bob/3'] };
const NOWHERE = [1, 2, 3, 4, 5, 6, 7, 8, 9, null];
const RENAME: Edit = { kind: 'rename', identity: 'Bob', to: 'Robert' };

function historyOf(...edits: Edit[]): EditHistory {
  return edits.reduce((history, edit) => applyEdit(FACES, history, edit), EMPTY_HISTORY);
}

function failure(run: () => unknown): EditError {
  try {
    run();
  } catch (error) {
    if (error instanceof EditError) return error;
  }
  throw new Error('an EditError was expected');
}

describe('undo and redo', () => {
  it('go back and forth through the same states', () => {
    const states = [
      historyOf(),
      historyOf(MERGE),
      historyOf(MERGE, REMOVE),
      historyOf(MERGE, REMOVE, RENAME),
    ];
    let history = states[3]!;
    for (const step of [2, 1, 0]) {
      history = undoEdit(history);
      expect(history.done).toEqual(states[step]!.done);
      expect(applyEdits(FACES, history.done)).toEqual(applyEdits(FACES, states[step]!.done));
    }
    expect(undoEdit(history)).toBe(history);
    for (const step of [1, 2, 3]) {
      history = redoEdit(history);
      expect(history.done).toEqual(states[step]!.done);
    }
    expect(history).toEqual(states[3]);
    expect(redoEdit(history)).toBe(history);
  });

  it('leave the history they are given as it is', () => {
    const history = Object.freeze({
      done: Object.freeze([MERGE]),
      undone: Object.freeze([REMOVE]),
    });
    undoEdit(history);
    redoEdit(history);
    applyEdit(FACES, history, RENAME);
    expect(history).toEqual({ done: [MERGE], undone: [REMOVE] });
  });

  it('a new edit ends what could be redone', () => {
    const history = applyEdit(FACES, undoEdit(historyOf(MERGE, REMOVE)), RENAME);
    expect(history).toEqual({ done: [MERGE, RENAME], undone: [] });
  });
});

describe('an edit', () => {
  it('is kept with the name trimmed and its accents joined', () => {
    const history = historyOf({ kind: 'rename', identity: 'Bob', to: ' Zoe\u0308 ' });
    expect(history.done).toEqual([{ kind: 'rename', identity: 'Bob', to: 'Zoë' }]);
  });

  it('refers to names as the edits before left them', () => {
    const history = historyOf(RENAME, { kind: 'exclude', identities: ['Robert'] });
    expect(history.done).toHaveLength(2);
    expect(failure(() => historyOf(RENAME, { kind: 'exclude', identities: ['Bob'] })).message).toBe(
      'In this data set there is no identity called Bob.',
    );
  });

  it.each<[Edit, string]>([
    [{ kind: 'rename', identity: 'Bob', to: '' }, 'edit/empty-name'],
    [{ kind: 'rename', identity: 'Bob', to: 'b'.repeat(201) }, 'edit/long-name'],
    [{ kind: 'merge', identities: ['Ann', 'Eve'], into: 'Ann' }, 'edit/unknown-identity'],
    [{ kind: 'move', images: ['Ann/1', 'Ann/7'], to: 'Bob' }, 'edit/unknown-image'],
    [{ kind: 'rename', identity: 'Bob', to: 'Bob' }, 'edit/no-change'],
    [{ kind: 'keep', images: [] }, 'edit/nothing-chosen'],
  ])('%j is refused whole', (edit, code) => {
    expect(failure(() => historyOf(edit)).code).toBe(code);
  });
});

describe('the list', () => {
  it('has a sentence for every edit, and marks those that are undone', () => {
    const list = listEdits(FACES, undoEdit(historyOf(MERGE, REMOVE, RENAME)));
    expect(list.map(({ sentence, undone }) => [sentence, undone])).toEqual([
      ['Merged Ann and Anne (5 images)', false],
      ['Removed 2 images of Bob', false],
      ['Renamed Bob to Robert (2 images)', true],
    ]);
  });

  it('says what no longer fits another reading of the files', () => {
    const other = facesOf({ Ann: 3, Bob: 1 });
    const list = listEdits(other, historyOf(MERGE, REMOVE));
    expect(list.map(({ problem }) => problem)).toEqual([
      'In this data set there is no identity called Anne.',
      'In this data set there is no image Bob/2 and Bob/3.',
    ]);
    // What was there of the merge is done all the same.
    expect(applyEdits(other, [MERGE]).identities.map(({ name }) => name)).toEqual(['Anne', 'Bob']);
  });
});

describe('JSON', () => {
  it('keeps a history', () => {
    const points = [30, 40, 60, 41, 45, 60, 33, 80, 58, 81.5];
    const align: Edit = { kind: 'align', image: 'Bob/1', points };
    const middle: Edit = { kind: 'middle', images: ['Bob/1', 'Ann/1'] };
    const history = undoEdit(historyOf(MERGE, align, middle, REMOVE, RENAME));
    const stored: unknown = JSON.parse(JSON.stringify(history));
    expect(historyFrom(stored)).toEqual(history);
  });

  it.each([
    ['nothing', null],
    ['a list', []],
    ['an unknown kind', { done: [{ kind: 'paint' }], undone: [] }],
    ['a name of every object', { done: [{ kind: 'constructor' }], undone: [] }],
    ['a missing field', { done: [{ kind: 'rename', identity: 'Ann' }], undone: [] }],
    ['a wrong type', { done: [], undone: [{ kind: 'remove', images: 'Ann/1' }] }],
    ['a wrong item', { done: [], undone: [{ kind: 'remove', images: [1] }] }],
    ['three numbers', { done: [{ kind: 'align', image: 'a', points: [1, 2, 3] }], undone: [] }],
    ['a point nowhere', { done: [{ kind: 'align', image: 'a', points: NOWHERE }], undone: [] }],
    ['a number of edits', { done: 3, undone: [] }],
  ])('with %s is refused', (_, value) => {
    expect(failure(() => historyFrom(value)).code).toBe('edit/not-edits');
  });
});
