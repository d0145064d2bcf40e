/**
 * Where every number of a network lies in the flat arrays of a `LearnerState`. One order for all
 * engines, exports and tests: stages first to last, then the embedding layer, then the class centres.
 */
import { ModelError } from './errors';
import { inferShapes, type StageShape } from './shapes';
import type { ModelSpec } from './spec';

export type ParameterKind = 'conv' | 'depthwise' | 'gamma' | 'beta' | 'prelu' | 'dense' | 'centres';

export interface ParameterSlot {
  /** `stage1/conv`, `stage1/bn/gamma`, `stage2/shortcut/conv`, `stage3/depthwise`, `embedding/dense`, `centres` … */
  readonly name: string;
  /**
   * `conv`: HWIO `[3, 3, in, out]` (shortcuts and pointwise `[1, 1, in, out]`); `depthwise`:
   * `[3, 3, channels]`; `dense`: `[in, out]`; `centres`: `[embeddingSize, classes]`, a class centre is a **column**; others: `[channels]`.
   */
  readonly shape: readonly number[];
  /** First element in the flat array; elements are row-major in `shape`. */
  readonly offset: number;
  readonly size: number;
  readonly kind: ParameterKind;
  /**
   * Whether weight decay applies: `conv`, `dense` and `centres`. Depthwise filters go without, as in their
   * paper: nine weights a channel need no holding back (Howard et al. 2017, section 3.3).
   */
  readonly decay: boolean;
  /** Inputs one output sums over; `null` for `gamma`, `beta` and `prelu`. */
  readonly fanIn: number | null;
}

/** Running statistics of one batch-norm layer: `channels` means at `offset`, then `channels` variances. */
export interface RunningSlot {
  /** Name of the layer: `stage1/bn`, `stage2/bn1`, `stage2/shortcut/bn`, `embedding/bn`. */
  readonly name: string;
  readonly channels: number;
  readonly offset: number;
}

/**
 * Constants of every batch norm. Variances are those of the population (divided by n), in the batch
 * and in the running average: running ← momentum · running + (1 − momentum) · batch. Inference after t
 * steps takes out what is left of the initial values, (running − momentumᵗ · initial) / (1 − momentumᵗ),
 * so that an early evaluation sees the data and not the initialisation.
 */
export const BATCH_NORM = { epsilon: 1e-5, momentum: 0.9 } as const;

/**
 * All trainable parameters in their order. `classes` = number of identities C.
 * @throws ModelError for sizes that are not positive whole numbers
 */
export function parameterLayout(model: ModelSpec, classes: number): readonly ParameterSlot[] {
  if (!Number.isSafeInteger(classes) || classes < 1) {
    throw new ModelError(
      `${classes} identities cannot be told apart`,
      'Give at least 2 identities.',
    );
  }
  const slots: ParameterSlot[] = [];
  let offset = 0;
  const add = (name: string, kind: ParameterKind, shape: readonly number[]): void => {
    const size = shape.reduce((product, length) => product * length, 1);
    const decay = kind === 'conv' || kind === 'dense' || kind === 'centres';
    const fanIn = decay || kind === 'depthwise' ? size / shape.at(-1)! : null;
    slots.push({ name, shape, offset, size, kind, decay, fanIn });
    offset += size;
  };
  const shapes = inferShapes(model);
  shapes.stages.forEach((stage, index) => {
    addStage(add, `stage${index + 1}`, stage, model.activation === 'prelu');
  });
  add('embedding/dense', 'dense', [shapes.features, model.embeddingSize]);
  add('embedding/bn/beta', 'beta', [model.embeddingSize]);
  add('centres', 'centres', [model.embeddingSize, classes]);
  return slots;
}

type Add = (name: string, kind: ParameterKind, shape: readonly number[]) => void;

function addStage(add: Add, name: string, shape: StageShape, prelu: boolean): void {
  const { stage, input } = shape;
  const { channels } = shape.output;
  const convolution = (layer: string, size: number, from: number): void =>
    add(`${name}/${layer}`, 'conv', [size, size, from, channels]);
  const norm = (layer: string, width = channels): void => {
    add(`${name}/${layer}/gamma`, 'gamma', [width]);
    add(`${name}/${layer}/beta`, 'beta', [width]);
  };
  const activation = (layer: string, width = channels): void => {
    if (prelu) add(`${name}/${layer}`, 'prelu', [width]);
  };
  switch (stage.kind) {
    case 'conv':
      convolution('conv', 3, input.channels);
      norm('bn');
      activation('prelu');
      return;
    case 'residual':
      convolution('conv1', 3, input.channels);
      norm('bn1');
      activation('prelu1');
      convolution('conv2', 3, channels);
      norm('bn2');
      if (shape.projection) {
        convolution('shortcut/conv', 1, input.channels);
        norm('shortcut/bn');
      }
      activation('prelu2');
      return;
    case 'depthwise':
      add(`${name}/depthwise`, 'depthwise', [3, 3, input.channels]);
      norm('bn1', input.channels);
      activation('prelu1', input.channels);
      convolution('pointwise', 1, input.channels);
      norm('bn2');
      activation('prelu2');
      return;
    case 'pool':
      return;
    default:
      stage satisfies never;
  }
}

/** Batch-norm layers in the order of their parameters; the embedding's comes last. */
export function runningLayout(model: ModelSpec): readonly RunningSlot[] {
  const slots: RunningSlot[] = [];
  let offset = 0;
  const add = (name: string, channels: number): void => {
    slots.push({ name, channels, offset });
    offset += 2 * channels;
  };
  inferShapes(model).stages.forEach(({ stage, input, output, projection }, index) => {
    const name = `stage${index + 1}`;
    switch (stage.kind) {
      case 'conv':
        add(`${name}/bn`, output.channels);
        return;
      case 'residual':
        add(`${name}/bn1`, output.channels);
        add(`${name}/bn2`, output.channels);
        if (projection) add(`${name}/shortcut/bn`, output.channels);
        return;
      case 'depthwise':
        add(`${name}/bn1`, input.channels);
        add(`${name}/bn2`, output.channels);
        return;
      case 'pool':
        return;
      default:
        stage satisfies never;
    }
  });
  add('embedding/bn', model.embeddingSize);
  return slots;
}

/** Trainable parameters, class centres included: the length of `LearnerState.parameters`. */
export function parameterCount(model: ModelSpec, classes: number): number {
  const last = parameterLayout(model, classes).at(-1)!;
  return last.offset + last.size;
}

/** Means and variances of all batch norms: the length of `LearnerState.runningStatistics`. */
export function runningCount(model: ModelSpec): number {
  const last = runningLayout(model).at(-1)!;
  return last.offset + 2 * last.channels;
}
