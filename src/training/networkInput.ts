/**
 * What a network was made to read. It is saved with the weights, because they mean nothing without it:
 * whoever runs them elsewhere prepares pictures alike, and weights for another input are refused.
 */
import * as v from 'valibot';
import { NORMALISATION } from '../data/normalisation';
import type { LearnerState } from '../engine/engine';
import { CROP_CHOICES, type ExperimentConfig } from './config';

const schema = v.strictObject({
  /** Width and height, pixels. */
  size: v.number(),
  channels: v.literal('RGB'),
  /** How a picture became a crop, by rule or template; `generated` faces came as crops. */
  crop: v.picklist(['generated', ...CROP_CHOICES]),
  /** Bytes were read as (byte − mean) / scale. */
  mean: v.number(),
  scale: v.number(),
});

export type NetworkInput = Readonly<v.InferOutput<typeof schema>>;

/** A network's state and what it reads: what is saved of an arm. */
export interface SavedNetwork {
  readonly input: NetworkInput;
  readonly state: LearnerState;
}

export class InputError extends Error {
  override readonly name = 'InputError';
  readonly code = 'config/invalid';
  readonly remedy = 'Read the faces as they were read for these weights, or train anew.';
}

export function inputOf({ model, data }: Pick<ExperimentConfig, 'model' | 'data'>): NetworkInput {
  return {
    size: model.inputSize,
    channels: 'RGB',
    crop: data.kind === 'synthetic' ? 'generated' : (data.crop ?? 'middle'),
    ...NORMALISATION,
  };
}

const WORDS: Readonly<Record<keyof NetworkInput, string>> = {
  size: 'crop size',
  channels: 'order of channels',
  crop: 'way of cropping',
  mean: 'mean',
  scale: 'scale',
};

/**
 * The state, if it is of a network that reads the same.
 * @param saved as it was saved; its input may come from a file
 * @param input what is read now
 * @throws InputError with the first thing that is not the same
 */
export function stateFor(
  saved: { readonly input: unknown; readonly state: LearnerState },
  input: NetworkInput,
): LearnerState {
  const parsed = v.safeParse(schema, saved.input);
  if (!parsed.success) {
    const place = v.getDotPath(parsed.issues[0]) ?? 'input';
    throw new InputError(`The weights do not say what they read (${place}).`);
  }
  for (const [name, words] of Object.entries(WORDS)) {
    // The keys of the record above.
    const key = name as keyof NetworkInput;
    const [theirs, ours] = [parsed.output[key], input[key]];
    if (theirs !== ours) {
      throw new InputError(`The weights were trained with the ${words} ${theirs}, not ${ours}.`);
    }
  }
  return saved.state;
}
