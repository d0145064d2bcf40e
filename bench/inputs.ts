/**
 * What every arm is given: the same images, labels, batches and initial values, made from counters so
 * that a worker, Node and a file for PyTorch hold the same numbers.
 */
import { gatherBatch } from '../src/data/batch';
import type { FaceSet } from '../src/data/types';
import { randomU32, STREAM, uniform } from '../src/math/random';
import type { HeadWorkload, NetworkWorkload } from './workloads';

export const SEED = 7;
export const LEARNING_RATE = 0.05;
export const MOMENTUM = 0.9;
export const WEIGHT_DECAY = 5e-4;

/** Batches that the steps go round in. */
const BATCHES = 4;

/** Noise: what the pixels show does not change the time. */
export function faceSet({ model, classes, batch }: NetworkWorkload): FaceSet {
  const count = BATCHES * batch;
  const length = model.inputSize * model.inputSize * 3;
  const pixels = new Uint8Array(count * length);
  for (let image = 0; image < count; image += 1) {
    for (let at = 0; at < length; at += 1) {
      pixels[image * length + at] = randomU32(SEED, STREAM.pixelNoise, image, at) >>> 24;
    }
  }
  const labels = Int32Array.from({ length: count }, (_, image) => (image * 7) % classes);
  return {
    origin: { kind: 'files', label: 'bench' },
    cropSize: model.inputSize,
    pixels,
    labels,
    names: Array.from(labels, (_, image) => `${image}`),
    identities: Array.from({ length: classes }, (_, label) => ({
      name: `${label}`,
      count: labels.filter((other) => other === label).length,
    })),
    rejected: [],
  };
}

/** Images of the batch of a step (counted from 1), as indices into `faceSet`. */
export function batchIndices({ batch }: NetworkWorkload, step: number): Uint32Array {
  const first = ((step - 1) % BATCHES) * batch;
  return Uint32Array.from({ length: batch }, (_, at) => first + at);
}

export interface ImageBatch {
  /** `[batch, size, size, 3]`, (byte − 127.5) / 128. */
  readonly images: Float32Array;
  readonly labels: Int32Array;
}

/** All batches as floats, for arms that take them so; step t uses number (t − 1) mod their count. */
export function imageBatches(work: NetworkWorkload): readonly ImageBatch[] {
  const faces = faceSet(work);
  return Array.from({ length: BATCHES }, (_, at) =>
    gatherBatch(faces, batchIndices(work, at + 1), { flip: false, shift: 0 }, SEED, at + 1),
  );
}

export interface HeadInputs {
  /** `[batch, embeddingSize]`. */
  readonly embeddings: Float32Array;
  /** `[embeddingSize, classes]`, a class centre per column. */
  readonly centres: Float32Array;
  readonly labels: Int32Array;
}

/** Uniform in [−1, 1): a head normalises both, and 51 million normals take too long to draw. */
export function headInputs({ batch, embeddingSize, classes }: HeadWorkload): HeadInputs {
  const draw = (step: number, length: number): Float32Array => {
    const values = new Float32Array(length);
    for (let at = 0; at < length; at += 1) {
      values[at] = 2 * uniform(SEED, STREAM.initialWeights, step, at) - 1;
    }
    return values;
  };
  return {
    embeddings: draw(1, batch * embeddingSize),
    centres: draw(2, embeddingSize * classes),
    labels: Int32Array.from({ length: batch }, (_, at) => (at * 997) % classes),
  };
}
