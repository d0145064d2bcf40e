/**
 * Puts this product's programs in the place of tfjs's WebGPU kernels where tfjs is too slow for training
 * or does not give the same sum twice, and registers those that tfjs has no name for.
 */
import * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { filterGradientKernel, inputGradientKernel, replaceKernel } from '../replace';
import * as batchNorm from './batch-norm';
import { canConvolve, canInputGradient, convolve, inputGradient } from './convolution';
import { canFilterGradient, filterGradient } from './filter-gradient';
import { canMultiply, multiply } from './matrix-product';
import { medianCosine } from './median-cosine';

/** `MatMulProgramType.MatMulPackedProgram`; chosen by itself, tfjs may take one with float atomics. */
const PACKED_MATRIX_PRODUCT = 3;

const NAME = 'webgpu';

/** Whether the adapter now in use is a rasteriser on the CPU; kernels are registered once for both. */
let software = false;

export function prepareWebgpuKernels(adapter: { readonly software: boolean }): void {
  software = adapter.software;
  tf.env().set('WEBGPU_MATMUL_PROGRAM_TYPE', PACKED_MATRIX_PRODUCT);
  replaceKernel('Conv2DBackpropFilter', NAME, filterGradientOr);
  replaceKernel('Conv2DBackpropInput', NAME, inputGradientOr);
  replaceKernel('Conv2D', NAME, convolutionOr);
  replaceKernel('BatchMatMul', NAME, productOr);
  registerBatchNormKernels();
  replaceKernel('MedianCosine', NAME, () => (call) => medianCosine(webgpu(call), call.inputs.x!));
}

type MakeKernel = Parameters<typeof replaceKernel>[2];

/** tfjs types a kernel's backend as unknown; kernels registered for WebGPU are called with this one. */
function webgpu(call: Parameters<tf.KernelFunc>[0]): WebGPUBackend {
  return call.backend as WebGPUBackend;
}

const filterGradientOr: MakeKernel = (stock) => (call) => {
  const kernel = filterGradientKernel((x, dy, info) =>
    canFilterGradient(info) ? filterGradient(webgpu(call), x, dy, info) : one(stock!(call)),
  );
  return kernel(call);
};

const inputGradientOr: MakeKernel = (stock) => (call) => {
  const kernel = inputGradientKernel((dy, filter, info) =>
    software && canInputGradient(info)
      ? inputGradient(webgpu(call), dy, filter, info)
      : one(stock!(call)),
  );
  return kernel(call);
};

const convolutionOr: MakeKernel = (stock) => (call) => {
  const x = call.inputs.x as tf.Tensor4D;
  const filter = call.inputs.filter as tf.Tensor4D;
  // tfjs types attributes as a loose map; these are the ones Conv2D documents.
  const { strides, pad, dilations, dimRoundingMode, dataFormat } =
    call.attrs as unknown as tf.Conv2DAttrs;
  const rounding = dimRoundingMode as 'floor' | 'round' | 'ceil' | undefined;
  const info = tf.backend_util.computeConv2DInfo(
    x.shape,
    filter.shape,
    strides,
    dilations,
    pad,
    rounding,
  );
  return software && dataFormat === 'NHWC' && canConvolve(info)
    ? convolve(webgpu(call), x, filter, info)
    : stock!(call);
};

const productOr: MakeKernel = (stock) => (call) => {
  const a = call.inputs.a as tf.Tensor2D;
  const b = call.inputs.b as tf.Tensor2D;
  const { transposeA = false, transposeB = false } = call.attrs as {
    transposeA?: boolean;
    transposeB?: boolean;
  };
  if (!software || a.shape.length !== 2 || b.shape.length !== 2) return stock!(call);
  const shape = {
    rows: a.shape[transposeA ? 1 : 0],
    inner: a.shape[transposeA ? 0 : 1],
    columns: b.shape[transposeB ? 0 : 1],
    transposeA,
    transposeB,
  };
  return canMultiply(shape) ? multiply(webgpu(call), a, b, shape) : stock!(call);
};

function one(outcome: tf.TensorInfo | tf.TensorInfo[]): tf.TensorInfo {
  return Array.isArray(outcome) ? outcome[0]! : outcome;
}

function registerBatchNormKernels(): void {
  const epsilonOf = (call: Parameters<tf.KernelFunc>[0]): number =>
    (call.attrs as { epsilon: number }).epsilon;
  replaceKernel('ChannelMean', NAME, () => (call) => {
    return batchNorm.channelMean(webgpu(call), call.inputs.x!);
  });
  replaceKernel('ChannelVariance', NAME, () => (call) => {
    return batchNorm.channelVariance(webgpu(call), call.inputs.x!, call.inputs.mean!);
  });
  replaceKernel('ChannelMeanOfProduct', NAME, () => (call) => {
    const { x, dy, mean, variance } = call.inputs;
    return batchNorm.channelMeanOfProduct(webgpu(call), x!, dy!, mean!, variance!, epsilonOf(call));
  });
  replaceKernel('BatchNormInputGradient', NAME, () => (call) => {
    const { x, dy, mean, variance, gamma, meanDy, meanDyX } = call.inputs;
    return batchNorm.inputGradient(
      webgpu(call),
      {
        x: x!,
        dy: dy!,
        mean: mean!,
        variance: variance!,
        gamma: gamma ?? null,
        meanDy: meanDy!,
        meanDyX: meanDyX!,
      },
      epsilonOf(call),
    );
  });
}
