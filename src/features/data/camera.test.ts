/** The beats of a series, the part of a frame that becomes a crop, and the sentences about failures. */
import { describe, expect, test } from 'vitest';
import {
  CROP_SIDE,
  cameraProblem,
  cropOfFrame,
  nextPhase,
  type Phase,
  packCrops,
  toRgba,
} from './camera';

test('counts 3, 2, 1 and takes as many crops as asked for', () => {
  const beats: string[] = [];
  let phase: Phase = { kind: 'counting', left: 3 };
  while (phase !== null) {
    beats.push(`${phase.kind} ${phase.left}`);
    phase = nextPhase(phase, 2);
  }
  expect(beats).toEqual(['counting 3', 'counting 2', 'counting 1', 'taking 2', 'taking 1']);
});

describe('the crop of a frame', () => {
  /** Inside the guide of a 400×200 frame (the middle 160) it is white on the left half, grey on the right. */
  const width = 400;
  const height = 200;
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 20; y < 180; y += 1) {
    for (let x = 120; x < 280; x += 1) data.fill(x < 200 ? 255 : 99, (y * width + x) * 4);
  }
  const crop = cropOfFrame({ width, height, channels: 4, data });
  const at = (x: number, y: number) => crop[(y * CROP_SIDE + x) * 3];

  test('is what the guide shows', () => {
    expect(crop).toHaveLength(CROP_SIDE * CROP_SIDE * 3);
    expect(crop).not.toContain(0);
  });

  test('is not mirrored', () => {
    const last = CROP_SIDE - 1;
    expect([at(0, 0), at(0, last), at(last, 0), at(last, last)]).toEqual([255, 255, 99, 99]);
  });
});

test('crops are sent one after the other', () => {
  const bytes = CROP_SIDE * CROP_SIDE * 3;
  const grey = [5, 6].map((value) => new Uint8Array(bytes).fill(value));
  const packed = packCrops('me', grey);
  expect(packed).toMatchObject({ name: 'me', size: CROP_SIDE });
  expect([0, bytes - 1, bytes, 2 * bytes - 1].map((place) => packed.pixels[place])).toEqual([
    5, 5, 6, 6,
  ]);
  expect(packed.pixels).toHaveLength(2 * bytes);
});

test('a crop is drawn opaque', () => {
  expect([...toRgba(Uint8Array.of(1, 2, 3, 4, 5, 6))]).toEqual([1, 2, 3, 255, 4, 5, 6, 255]);
});

test.each([
  ['NotAllowedError', /not allowed/],
  ['NotFoundError', /No camera/],
  ['OverconstrainedError', /No camera/],
  ['NotReadableError', /another program/],
  ['SomethingElse', /\(SomethingElse\)/],
])('%s is told in words', (name, words) => {
  expect(cameraProblem(new DOMException('', name))).toMatch(words);
});

test('so is what is no error at all', () => {
  expect(cameraProblem('odd')).toMatch(/did not start\./);
});
