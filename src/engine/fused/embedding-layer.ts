/** The embedding layer as dispatches: dense without bias → batch norm without scale, and the way back. */
import { type GemmKernel, product } from './family';
import type { GemmShape } from './gemm';
import { type Dispatch, padded, type Tensor } from './kernel';
import { normApply, type VectorNorm, vectorNorm, vectorNormBackward } from './norm';
import type { BuiltLayer, StageTools } from './stage';

export interface ProductChoices {
  /** The kernel of a matrix product, and the parts it may be split into at the most. */
  product(shape: GemmShape): { readonly tile: GemmKernel; readonly parts: number };
}

const DENSE = 'embedding/dense';
const NORM = 'embedding/bn';

/** @param features `[batch, features]` */
export function embeddingLayer(
  embeddingSize: number,
  features: Tensor,
  tools: StageTools,
  choices: ProductChoices,
): BuiltLayer {
  const { batch, reduction, norms, scratch, add } = tools;
  const channels = padded(embeddingSize);
  const shapes = productShapes(batch, features.length / batch, channels);
  const multiply = (
    pass: keyof typeof shapes,
    io: { readonly a: Tensor; readonly b: Tensor; readonly c: Tensor },
  ): readonly Dispatch[] =>
    product(DENSE, shapes[pass], choices.product(shapes[pass]), io, scratch);
  const weights = tools.weights(DENSE);
  const dense = scratch(DENSE, batch * channels);
  for (const one of multiply('forward', { a: features, b: weights, c: dense })) add(one);
  const output = scratch('embedding', batch * channels);
  const { norm, beta } = tools.places(NORM);
  const layer: VectorNorm = { label: NORM, batch, channels, places: { norm, beta } };
  add(normOf(layer, dense, output, tools));
  return {
    output,
    backward: (dOutput, list) => {
      const dDense = scratch('embedding/d-dense', batch * channels);
      const io = { x: dense, dy: dOutput, dx: dDense };
      list.push(vectorNormBackward(layer, io, norms, reduction));
      const dWeights = tools.gradient(DENSE);
      list.push(...multiply('weights', { a: features, b: dDense, c: dWeights }));
      const dFeatures = scratch('d-features', features.length);
      list.push(...multiply('input', { a: dDense, b: weights, c: dFeatures }));
      return dFeatures;
    },
  };
}

/** The layer's three products: y = x W, dW = xᵀ dy and dx = dy Wᵀ. */
function productShapes(batch: number, features: number, embedding: number) {
  return {
    forward: { mode: 'nn', m: batch, n: embedding, k: features },
    weights: { mode: 'tn', m: features, n: embedding, k: batch },
    input: { mode: 'nt', m: batch, n: features, k: embedding },
  } satisfies Record<string, GemmShape>;
}

/** Over the batch in training, in one kernel; with running averages like any other norm in inference. */
function normOf(
  layer: VectorNorm,
  x: Tensor,
  y: Tensor,
  { mode, norms, reduction }: Pick<StageTools, 'mode' | 'norms' | 'reduction'>,
): Dispatch {
  if (mode === 'training') return vectorNorm(layer, x, y, norms, reduction);
  const { label, batch, channels, places } = layer;
  return normApply(
    {
      label,
      pixels: batch,
      channels,
      places: { ...places, gamma: null },
      activation: 'none',
      shortcut: { kind: 'none' },
    },
    x,
    y,
    norms,
  );
}
