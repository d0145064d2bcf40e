/**
 * How the numbers of a tensor are stored. Every kernel computes and adds in float32; what lies between two
 * kernels may take half the bytes. A kernel's text calls the type of x's elements `$X`, and its way from and
 * to a `vec4f` `$FROM_X(…)` and `$TO_X(…)`: so that there is one text for all storages.
 */

import source from './kernels/storage.wgsl?raw';
import { expand, type TemplateValues } from './template';

/**
 * `half` is IEEE binary16, packed in pairs, which every adapter can; `native-half` the same bits as `f16`,
 * where there is `shader-f16`; `bfloat16` the upper half of a float32: all of its range, 8 of its 24 digits.
 */
export type Storage = 'float32' | 'half' | 'native-half' | 'bfloat16';

interface Form {
  /** Of one number. */
  readonly bytes: 2 | 4;
  /** WGSL: four numbers, and how they become a `vec4f` and come from one. */
  readonly type: string;
  readonly from: string;
  readonly to: string;
}

const FORMS: Readonly<Record<Storage, Form>> = {
  float32: { bytes: 4, type: 'vec4f', from: '', to: '' },
  half: { bytes: 2, type: 'vec2u', from: 'fromHalf', to: 'toHalf' },
  'native-half': { bytes: 2, type: 'vec4h', from: 'vec4f', to: 'toNative' },
  bfloat16: { bytes: 2, type: 'vec2u', from: 'fromBrain', to: 'toBrain' },
};

/** Storage of what a network's stages leave for each other: the maps, and their gradients. */
export interface MapStorage {
  readonly values: Storage;
  readonly gradients: Storage;
}

/** What a person can ask for. */
export type StorageChoice = 'float32' | 'half';

/**
 * Maps fit halves: batch norm keeps them near 1, and what leaves the range of ±65504 diverges. Gradients do
 * not: they get smaller with every image of a batch and every step that a network learns, and rather than
 * guess a factor that keeps them off 0, they are stored with all of float32's range.
 */
export function mapStorage(choice: StorageChoice, native: boolean): MapStorage {
  if (choice === 'float32') return { values: 'float32', gradients: 'float32' };
  return { values: native ? 'native-half' : 'half', gradients: 'bfloat16' };
}

export function bytesPerNumber(storage: Storage): 2 | 4 {
  return FORMS[storage].bytes;
}

/** What a kernel's text must know of the tensors it binds: `X`, `FROM_X` and `TO_X` for one named `x`. */
export function stored(
  tensors: Readonly<Record<string, { readonly storage: Storage }>>,
): TemplateValues {
  const values: Record<string, string> = {};
  for (const [name, { storage }] of Object.entries(tensors)) {
    const { type, from, to } = FORMS[storage];
    const upper = name.toUpperCase();
    values[upper] = type;
    values[`FROM_${upper}`] = from;
    values[`TO_${upper}`] = to;
  }
  return values;
}

/** Which of a kernel's tensors are not float32, to follow its shape: `; half: stage1/conv`. */
export function storageText(
  tensors: readonly { readonly label: string; readonly storage: Storage }[],
): string {
  const labels = new Map<Storage, string[]>();
  for (const { label, storage } of tensors) {
    if (storage !== 'float32') labels.set(storage, [...(labels.get(storage) ?? []), label]);
  }
  return [...labels].map(([storage, names]) => `; ${storage}: ${names.join(', ')}`).join('');
}

/** `code` with the functions it calls in front of it, and the features it needs. */
export function complete(code: string): string {
  const helpers = {
    HALF: /\b(fromHalf|toHalf|toNative)\(/.test(code),
    NATIVE: code.includes('toNative('),
    BRAIN: /\b(fromBrain|toBrain)\(/.test(code),
  };
  const enables = [
    ...(code.includes('quadBroadcast') ? ['enable subgroups;\n'] : []),
    ...(code.includes('vec4h') ? ['enable f16;\n'] : []),
  ].join('');
  const called = helpers.HALF || helpers.BRAIN ? `${expand(source, helpers)}\n` : '';
  return enables + called + code;
}
