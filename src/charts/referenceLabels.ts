/** Where the names of a chart's reference lines stand: above or beneath their line, off the curves. */
import type { Reference } from './chartKinds';
import { type Box, type LabelPlace, placeLabels } from './labels';
import { type ChartScales, type ChartSize, PLOT } from './layout';
import type { PixelPoint } from './paths';

export interface PlacedReference extends LabelPlace {
  readonly label: string;
}

/** Steps from the right end to the left, as shares of the plot's width. */
const ALONG = [0, 0.2, 0.4, 0.6, 0.8] as const;
const ABOVE_PX = -4;
const BENEATH_PX = 13;

/** Half the size of the words that are laid over a chart without steps. */
const EMPTY = { width: 70, height: 14 } as const;

export function placeReferences(
  references: readonly Reference[],
  {
    scales,
    size,
    lines,
    empty,
  }: {
    readonly scales: ChartScales;
    readonly size: ChartSize;
    readonly lines: readonly (readonly PixelPoint[])[];
    /** "No steps yet" stands in the middle. */
    readonly empty: boolean;
  },
): readonly PlacedReference[] {
  const frame: Box = {
    left: PLOT.left,
    right: size.width - PLOT.right,
    top: PLOT.top - 4,
    bottom: size.height - PLOT.bottom,
  };
  const middle = { x: size.width / 2, y: size.height / 2 };
  const words: Box = {
    left: middle.x - EMPTY.width,
    right: middle.x + EMPTY.width,
    top: middle.y - EMPTY.height,
    bottom: middle.y + EMPTY.height,
  };
  const width = frame.right - frame.left;
  const places = placeLabels(
    references.map(({ value, label }) => {
      const y = scales.y.toPixel(value) ?? Number.NaN;
      const at = (offset: number) =>
        ALONG.map((share) => ({
          x: frame.right - 4 - share * width,
          y: y + offset,
          anchor: 'end' as const,
        }));
      return { text: label, places: [...at(ABOVE_PX), ...at(BENEATH_PX)], crossed: 'drop' };
    }),
    {
      frame,
      taken: empty ? [words] : [],
      // A label must not lie on another reference line either.
      lines: [
        ...lines,
        ...references.map(({ value }) => {
          const y = scales.y.toPixel(value);
          return [
            { x: frame.left, y },
            { x: frame.right, y },
          ];
        }),
      ],
    },
  );
  return references.flatMap(({ label }, index) => {
    const place = places[index] ?? null;
    return place === null ? [] : [{ ...place, label }];
  });
}
