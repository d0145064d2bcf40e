/**
 * Replaces kernels of a tfjs backend by others with the same contract. Replacing is per backend name and
 * for the whole thread, so it is done once, when the backend is first opened.
 */
import * as tf from '@tensorflow/tfjs';

/** Shapes and paddings of the convolution whose gradient is asked for. */
export type ConvolutionInfo = tf.backend_util.Conv2DInfo;

/**
 * Puts `make(stock)` in place of a kernel, once; `stock` is what was registered, if anything was. The
 * stock kernel's set-up stays, since `make` may go on calling it after the backend is opened again.
 */
export function replaceKernel(
  kernelName: string,
  backendName: string,
  make: (stock: tf.KernelFunc | null) => tf.KernelFunc,
): void {
  const key = `${backendName} ${kernelName}`;
  if (replaced.has(key)) return;
  replaced.add(key);
  const stock: tf.KernelConfig | undefined = tf.getKernel(kernelName, backendName);
  if (stock !== undefined) tf.unregisterKernel(kernelName, backendName);
  const kernelFunc = make(stock?.kernelFunc ?? null);
  tf.registerKernel({ ...stock, kernelName, backendName, kernelFunc });
}

const replaced = new Set<string>();

/** Which convolution a gradient kernel belongs to: every output from all inputs, or each channel alone. */
type ConvolutionKind = 'full' | 'depthwise';

interface ConvolutionAttributes {
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly filterShape?: [number, number, number, number];
  readonly inputShape?: [number, number, number, number];
}

/**
 * The contract of `Conv2DBackpropFilter`, and with `depthwise` of `DepthwiseConv2dNativeBackpropFilter`: x,
 * dy and the convolution they belong to.
 */
export function filterGradientKernel(
  compute: (x: tf.Tensor4D, dy: tf.Tensor4D, info: ConvolutionInfo) => tf.TensorInfo,
  kind: ConvolutionKind = 'full',
): tf.KernelFunc {
  return ({ inputs, attrs }) => {
    const { strides, pad, dimRoundingMode, filterShape } = convolutionAttributes(attrs);
    const x = inputs.x as tf.Tensor4D;
    const info = convolutionInfo(kind, x.shape, filterShape!, strides, pad, dimRoundingMode);
    return compute(x, inputs.dy as tf.Tensor4D, info);
  };
}

/**
 * The contract of `Conv2DBackpropInput`, and with `depthwise` of `DepthwiseConv2dNativeBackpropInput`: dy,
 * the filter and the convolution they belong to.
 */
export function inputGradientKernel(
  compute: (dy: tf.Tensor4D, filter: tf.Tensor4D, info: ConvolutionInfo) => tf.TensorInfo,
  kind: ConvolutionKind = 'full',
): tf.KernelFunc {
  return ({ inputs, attrs }) => {
    const { strides, pad, dimRoundingMode, inputShape } = convolutionAttributes(attrs);
    const filter = inputs.filter as tf.Tensor4D;
    const info = convolutionInfo(kind, inputShape!, filter.shape, strides, pad, dimRoundingMode);
    return compute(inputs.dy as tf.Tensor4D, filter, info);
  };
}

function convolutionAttributes(attributes: tf.NamedAttrMap | undefined): ConvolutionAttributes {
  // tfjs types attributes as a loose map; these are the names its convolution kernels document.
  return attributes as unknown as ConvolutionAttributes;
}

function convolutionInfo(
  kind: ConvolutionKind,
  input: [number, number, number, number],
  filter: [number, number, number, number],
  strides: number | [number, number],
  pad: 'valid' | 'same' | number,
  rounding: 'floor' | 'round' | 'ceil' | undefined,
): ConvolutionInfo {
  const depthwise = kind === 'depthwise';
  return tf.backend_util.computeConv2DInfo(input, filter, strides, 1, pad, rounding, depthwise);
}
