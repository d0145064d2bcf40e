/**
 * The networks a person can choose without drawing one. They differ in input size and cost; all end
 * in an embedding of 128. A preset takes another input size through `withInputSize`.
 */
import type { ConvStage, DepthwiseStage, ModelSpec, ResidualStage } from './spec';

export type PresetName = 'tiny' | 'small' | 'res' | 'mobile';

function conv(channels: number, stride: 1 | 2): ConvStage {
  return { kind: 'conv', channels, stride };
}

function residual(channels: number, stride: 1 | 2): ResidualStage {
  return { kind: 'residual', channels, stride };
}

function depthwise(channels: number, stride: 1 | 2): DepthwiseStage {
  return { kind: 'depthwise', channels, stride };
}

export const PRESETS: Readonly<Record<PresetName, ModelSpec>> = {
  /** 32×32 → 4×4: fast enough for a software adapter. */
  tiny: {
    name: 'tiny',
    inputSize: 32,
    stages: [conv(16, 2), conv(16, 1), conv(32, 2), conv(32, 1), conv(64, 2), conv(64, 1)],
    activation: 'relu',
    pooling: 'flatten',
    dropout: 0,
    embeddingSize: 128,
  },
  /** 64×64 → 4×4. */
  small: {
    name: 'small',
    inputSize: 64,
    stages: [
      conv(16, 2),
      conv(16, 1),
      conv(32, 2),
      conv(32, 1),
      conv(64, 2),
      conv(64, 1),
      conv(64, 2),
    ],
    activation: 'prelu',
    pooling: 'flatten',
    dropout: 0.4,
    embeddingSize: 128,
  },
  /**
   * 112×112 → 7×7, about 0.9 million parameters. Aligned faces keep their layout, so the last map is
   * flattened rather than averaged, as face networks do.
   */
  res: {
    name: 'res',
    inputSize: 112,
    stages: [conv(32, 2), residual(32, 2), residual(64, 2), residual(64, 1), residual(96, 2)],
    activation: 'prelu',
    pooling: 'flatten',
    dropout: 0.4,
    embeddingSize: 128,
  },
  /**
   * 64×64 → 4×4 in depthwise stages after MobileNet (Howard et al. 2017): half the multiplications of
   * `small` at twice its channels.
   */
  mobile: {
    name: 'mobile',
    inputSize: 64,
    stages: [
      conv(16, 2),
      depthwise(32, 1),
      depthwise(64, 2),
      depthwise(64, 1),
      depthwise(128, 2),
      depthwise(128, 1),
      depthwise(128, 2),
    ],
    activation: 'prelu',
    pooling: 'flatten',
    dropout: 0.4,
    embeddingSize: 128,
  },
};

/** The same stages over crops of another size, pixels; only the embedding layer's width follows. */
export function withInputSize(model: ModelSpec, inputSize: number): ModelSpec {
  return { ...model, inputSize };
}
