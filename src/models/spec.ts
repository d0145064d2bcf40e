/**
 * A network as data. An engine reads a `ModelSpec` and builds the layers; the UI reads the same spec
 * and shows parameter and FLOP counts. Every convolution is 3×3 without bias, zero padding 1, and is
 * followed by batch norm and the activation.
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

export type Stage = ConvStage | ResidualStage;

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
