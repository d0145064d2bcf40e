/** The choices of the settings in words. */

import type { DataSummary } from '../../bridge/protocol';
import {
  type Augmentation,
  ENGINE_NAMES,
  ENGINE_WORDS,
  type EngineChoice,
} from '../../engine/engine';
import { describeModel } from '../../models/describe';
import { ModelError } from '../../models/errors';
import { PRESETS, type PresetName } from '../../models/presets';
import type { ModelSpec } from '../../models/spec';
import { type ExperimentConfig, SPLIT_KINDS, type SplitKind } from '../../training/config';
import type { Choice } from '../../ui/fields';
import { formatItems } from '../../ui/format';

export const ENGINE_CHOICES: readonly { readonly value: EngineChoice; readonly label: string }[] = [
  { value: 'auto', label: 'automatic' },
  ...ENGINE_NAMES.map((value) => ({ value, label: ENGINE_WORDS[value] })),
];

/** `own`: the layers are nobody's preset, as a link can carry them. */
export type PresetChoice = PresetName | 'own';

const PRESET_NAMES = ['tiny', 'small', 'res', 'mobile'] as const satisfies readonly PresetName[];

/** The preset whose layers these are, whatever the input and embedding size. */
export function presetOf(model: ModelSpec): PresetChoice {
  return (
    PRESET_NAMES.find(
      (name) => JSON.stringify(PRESETS[name].stages) === JSON.stringify(model.stages),
    ) ?? 'own'
  );
}

export function presetChoices(
  model: ModelSpec,
): readonly { readonly value: PresetChoice; readonly label: string }[] {
  const presets = PRESET_NAMES.map((name) => ({
    value: name,
    label: presetLabel(name, model),
  }));
  return presetOf(model) === 'own' ? [...presets, { value: 'own', label: model.name }] : presets;
}

/** With the input size that choosing it brings, or, of the one that is chosen, the size it has. */
function presetLabel(name: PresetName, model: ModelSpec): string {
  const { inputSize } = name === presetOf(model) ? model : PRESETS[name];
  return `${name}, ${inputSize}×${inputSize}`;
}

/** With so much of the side erased; 0 leaves the field out, so that links without it stay as they are. */
export function withErase({ flip, shift }: Augmentation, erase: number): Augmentation {
  return { flip, shift, ...(erase === 0 ? {} : { erase }) };
}

/** Why nothing is held out although a share was asked for; `null` where something is, or unknown. */
export function heldOutHint(
  validationShare: number,
  experiment: { readonly validationImages: number } | null,
): string | null {
  if (experiment === null || experiment.validationImages > 0 || validationShare === 0) return null;
  const needed = Math.ceil(0.5 / validationShare);
  return `Nothing is held out: no identity has enough images to hold one out at this share; that takes ${formatItems(Math.max(2, needed), 'image')} of one person.`;
}

export interface ModelCost {
  /** Trainable, class centres included. */
  readonly parameters: number;
  readonly flopsPerImage: number;
}

/** What a network holds and costs with that many identities; `null` where it cannot be built. */
export function costOf(model: ModelSpec, classes: number): ModelCost | null {
  try {
    const { parameters, flopsPerImage } = describeModel(model, classes);
    return { parameters, flopsPerImage };
  } catch (error) {
    if (error instanceof ModelError) return null;
    throw error;
  }
}

/** What the faces at hand can be split by, besides a share. */
export const NO_SPLITS: DataSummary['splits'] = { own: false, list: false };

const SPLIT_WORDS: Readonly<Record<SplitKind, string>> = {
  closed: 'some images of everybody',
  open: 'some people',
  own: 'as the set says',
  list: 'as its lists of people say',
};

export const SPLIT_HINTS: Readonly<Record<SplitKind, string>> = {
  closed: 'Closed set: held-out images are told by the class centres.',
  open: 'Open set: people who never train. Pairs of their images are told apart; half of the pairs choose the threshold for the other half.',
  own: 'By the train, val, test … folders or labels of the set.',
  list: 'By the lists of people that lay among the files, such as peopleDevTrain.txt and peopleDevTest.txt.',
};

/** Ways that the set does not offer are left out, unless one of them is chosen. */
export function splitChoices(
  offered: DataSummary['splits'],
  chosen: SplitKind | undefined,
): readonly Choice<SplitKind>[] {
  return SPLIT_KINDS.filter(
    (kind) => kind === chosen || (kind !== 'own' && kind !== 'list') || offered[kind],
  ).map((value) => ({ value, label: SPLIT_WORDS[value] }));
}

export const STORAGE_CHOICES = [
  { value: 'float32', label: 'float32' },
  { value: 'half', label: 'half precision' },
] as const satisfies readonly Choice<NonNullable<ExperimentConfig['storage']>>[];
