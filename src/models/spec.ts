/**
 * A network as data. An engine reads a `ModelSpec` and builds the layers; the UI reads the same spec
 * and shows parameter and FLOP counts. Convolutions have no bias; a 3×3 has zero padding 1, a 1×1 none.
 */

export type Activation = 'relu' | 'prelu';

/** conv 3×3 → batch norm → activation. */
export interface ConvStage {
  readonly kind: 'conv';
  readonly channels: number;
  readonly stride: 1 | 2;
}

/**
 * conv 3×3 (stride) → batch norm → activation → conv 3×3 → batch norm, plus the input, → activation.
 * Where the shape changes, the input goes through conv 1×1 (stride) → batch norm.
 */
export interface ResidualStage {
  readonly kind: 'residual';
  readonly channels: number;
  readonly stride: 1 | 2;
}

/**
 * depthwise conv 3×3 (stride) → batch norm → activation → conv 1×1 to `channels` → batch norm →
 * activation: the block of MobileNet (Howard et al. 2017).
 */
export interface DepthwiseStage {
  readonly kind: 'depthwise';
  readonly channels: number;
  readonly stride: 1 | 2;
}

/** The largest or the mean of every 2×2 window, stride 2, no padding: an odd last row or column is left out. */
export interface PoolStage {
  readonly kind: 'pool';
  readonly pool: 'max' | 'average';
}

export type Stage = ConvStage | ResidualStage | DepthwiseStage | PoolStage;

export interface ModelSpec {
  /** Preset the spec came from, for display. */
  readonly name: string;
  /** Crop size in pixels; the input is `[batch, inputSize, inputSize, 3]`. */
  readonly inputSize: number;
  readonly stages: readonly Stage[];
  readonly activation: Activation;
  /** How the last feature map becomes a vector. */
  readonly pooling: 'flatten' | 'average';
  /** Probability of dropping a feature before the embedding layer, 0 … 0.9. */
  readonly dropout: number;
  /** Length of the embedding, 2 … 512: dense without bias → batch norm without scale. */
  readonly embeddingSize: number;
}
