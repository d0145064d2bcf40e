import { describe, expect, it } from 'vitest';
import { crosses, labelBox, overlap, placeLabels } from './labels';
import { chartScales } from './layout';
import { placeReferences } from './referenceLabels';

const frame = { left: 0, right: 200, top: 0, bottom: 100 };
const at = (x: number, y: number) => ({ x, y, anchor: 'start' }) as const;

describe('placeLabels', () => {
  it('takes the best place that covers no other label', () => {
    const places = placeLabels(
      [
        { text: 'one', places: [at(10, 50)], crossed: 'drop' },
        { text: 'two', places: [at(12, 52), at(12, 80)], crossed: 'drop' },
        { text: 'three', places: [at(14, 50)], crossed: 'keep' },
      ],
      { frame, taken: [], lines: [] },
    );
    expect(places).toEqual([at(10, 50), at(12, 80), null]);
  });

  it('goes where no curve is; where there is no such place it stays or goes as told', () => {
    const lines = [
      [
        { x: 0, y: 46 },
        { x: 200, y: 46 },
      ],
    ];
    const place = (crossed: 'keep' | 'drop', ...places: ReturnType<typeof at>[]) =>
      placeLabels([{ text: 'word', places, crossed }], { frame, taken: [], lines })[0];
    expect(place('drop', at(10, 50), at(10, 90))).toEqual(at(10, 90));
    expect(place('drop', at(10, 50))).toBeNull();
    expect(place('keep', at(10, 50))).toEqual(at(10, 50));
  });

  it('stays inside the picture', () => {
    const wanted = {
      text: 'a long label',
      places: [at(180, 50), at(5, 50)],
      crossed: 'keep',
    } as const;
    expect(placeLabels([wanted], { frame, taken: [], lines: [] })).toEqual([at(5, 50)]);
  });
});

describe('crosses', () => {
  const box = { left: 10, right: 20, top: 10, bottom: 20 };
  it.each([
    [
      'a long segment through it',
      [
        { x: 0, y: 0 },
        { x: 40, y: 40 },
      ],
      true,
    ],
    [
      'a segment that passes above its corner',
      [
        { x: 0, y: 0 },
        { x: 40, y: 5 },
      ],
      false,
    ],
    [
      'a vertical stroke through it',
      [
        { x: 15, y: 0 },
        { x: 15, y: 50 },
      ],
      true,
    ],
    ['a point inside', [{ x: 15, y: 15 }], true],
    [
      'a gap over it',
      [
        { x: 0, y: 15 },
        { x: 5, y: null },
        { x: 40, y: 15 },
      ],
      false,
    ],
  ])('sees %s', (_, line, expected) => {
    expect(crosses(line, box)).toBe(expected);
  });
});

describe('placeReferences', () => {
  const size = { width: 340, height: 240 };
  const references = [
    { value: 3.66, label: 'ln(C−1)' },
    { value: 5.18, label: '√2·ln(C−1)' },
  ];
  const x = { kind: 'linear', domain: [0, 10], ticks: [] } as const;

  it.each([10, 50, 200, 4000])('keeps near lines apart on an axis up to %i', (top) => {
    const scales = chartScales(x, { kind: 'linear', domain: [0, top], ticks: [] }, size);
    for (const empty of [false, true]) {
      const placed = placeReferences(references, { scales, size, lines: [], empty });
      const boxes = placed.map((label) => labelBox(label.label, label));
      expect(boxes.length).toBeGreaterThanOrEqual(1);
      expect(boxes.some((box, i) => boxes.slice(i + 1).some((other) => overlap(box, other)))).toBe(
        false,
      );
    }
  });

  it('leaves the middle to the words of an empty chart', () => {
    const scales = chartScales(x, { kind: 'linear', domain: [3, 6.2], ticks: [] }, size);
    const [, label] = placeReferences(references, { scales, size, lines: [], empty: true });
    if (label === undefined) throw new Error('no label');
    const words = { left: 130, right: 210, top: 112, bottom: 128 };
    expect(overlap(labelBox(label.label, label), words)).toBe(false);
  });
});
