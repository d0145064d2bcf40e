/**
 * Filter gradients in parts. A filter has few numbers and its gradient sums over all pixels of the batch:
 * left whole it would keep a handful of threads busy. So every filter gradient is computed in parts, side
 * by side in one tensor, and one dispatch at the end of the way back (`sumParts`) adds them all up.
 */
import type { ConvShape } from './conv';
import { convFilterGradient, filterSplit, type Split } from './family';
import { ALIGNMENT, type Dispatch, part, scratch, type Tensor } from './kernel';
import type { Layout } from './layout';
import type { SplitSum } from './small';
import type { FilterParts, SplitFilter, StageChoices, Unit } from './stage';

type FilterChoices = Pick<StageChoices, 'conv' | 'filterParts'>;

/** A filter and the parts its gradient will have: what `FilterSums` needs to give it room. */
export function splitFilter({ conv, shape }: Unit, choices: FilterChoices): SplitFilter {
  return { conv, parts: splitOf(shape, choices).parts };
}

export class FilterSums implements FilterParts {
  /** All parts of all filters. */
  readonly parts: Tensor;
  readonly sums: readonly SplitSum[];
  readonly #choices: FilterChoices;
  readonly #places = new Map<string, SplitSum>();

  constructor(layout: Layout, choices: FilterChoices, filters: readonly SplitFilter[]) {
    this.#choices = choices;
    let length = 0;
    for (const { conv, parts } of filters) {
      const slot = layout.slots.get(conv)!;
      this.#places.set(conv, { from: length, length: slot.size, parts, to: slot.offset });
      // A kernel binds the parts of its filter alone, and bindings start at multiples of this.
      length += ALIGNMENT * Math.ceil((slot.size * parts) / ALIGNMENT);
    }
    this.sums = [...this.#places.values()];
    this.parts = scratch('filter parts', length);
  }

  partsOf(conv: string): Tensor {
    const { from, length, parts } = this.#places.get(conv)!;
    return part(this.parts, `${conv} parts`, from, length * parts);
  }

  dispatch({ conv, shape, x }: Unit, dy: Tensor): Dispatch {
    const tile = this.#choices.conv('filter', shape);
    const split = splitOf(shape, this.#choices);
    return convFilterGradient(conv, shape, tile, split, { x, dy, parts: this.partsOf(conv) });
  }
}

function splitOf(shape: ConvShape, choices: FilterChoices): Split {
  return filterSplit(shape, choices.conv('filter', shape), choices.filterParts(shape));
}
