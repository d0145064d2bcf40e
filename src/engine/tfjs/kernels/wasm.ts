/**
 * What the WebAssembly backend lacks for training or does slowly. XNNPACK's convolution and its product
 * of untransposed matrices are fast and threaded; everything else there is a plain loop. So both
 * gradients of a convolution become convolutions, and transposed products are turned round.
 */
import * as tf from '@tensorflow/tfjs';
import {
  type ConvolutionInfo,
  filterGradientKernel,
  inputGradientKernel,
  replaceKernel,
} from './replace';

export function prepareWasmKernels(): void {
  replaceKernel('BatchMatMul', 'wasm', (stock) => matrixProductKernel(stock!));
  replaceKernel('Conv2DBackpropFilter', 'wasm', () => filterGradientKernel(filterGradient));
  replaceKernel('Conv2DBackpropInput', 'wasm', () => inputGradientKernel(inputGradient));
  replaceKernel('DepthwiseConv2dNativeBackpropFilter', 'wasm', () =>
    filterGradientKernel(depthwiseFilterGradient, 'depthwise'),
  );
  replaceKernel('DepthwiseConv2dNativeBackpropInput', 'wasm', () =>
    inputGradientKernel(depthwiseInputGradient, 'depthwise'),
  );
}

/** Aᵀ·B and A·Bᵀ through one transpose or, where that moves less, as (Bᵀ·A)ᵀ and (B·Aᵀ)ᵀ. */
function matrixProductKernel(stock: tf.KernelFunc): tf.KernelFunc {
  return (call) => {
    const a = call.inputs.a as tf.Tensor2D;
    const b = call.inputs.b as tf.Tensor2D;
    // tfjs types attributes as a loose map; these two are what the kernel documents.
    const { transposeA, transposeB } = call.attrs as { transposeA?: boolean; transposeB?: boolean };
    const plain = !transposeA && !transposeB;
    if (plain || (transposeA && transposeB) || a.shape.length !== 2 || b.shape.length !== 2) {
      return stock(call);
    }
    return tf.tidy(() => {
      if (transposeA) {
        const turned = b.size + a.shape[1] * b.shape[1];
        return a.size <= turned
          ? tf.matMul(tf.transpose(a), b)
          : tf.transpose(tf.matMul(tf.transpose(b), a));
      }
      const turned = a.size + a.shape[0] * b.shape[0];
      return b.size <= turned
        ? tf.matMul(a, tf.transpose(b))
        : tf.transpose(tf.matMul(b, tf.transpose(a)));
    });
  };
}

/**
 * dW[i, j] = Σ over batch and output positions of x[stride·position + (i, j) − padding]ᵀ · dy: a
 * convolution over x with batch and input channels exchanged, whose filter is dy, as wide as the output
 * and dilated by the stride. `[in, height, width, batch] * [outHeight, outWidth, batch, out]`.
 */
export function filterGradient(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  info: ConvolutionInfo,
): tf.Tensor4D {
  const { strideHeight, strideWidth } = info;
  return tf.tidy(() => {
    const { used, padding } = seen(x, info);
    const gradient = tf.conv2d(
      tf.transpose(used, [3, 1, 2, 0]) as tf.Tensor4D,
      tf.transpose(dy, [1, 2, 0, 3]) as tf.Tensor4D,
      1,
      padding,
      'NHWC',
      [strideHeight, strideWidth],
    );
    return tf.transpose(gradient, [1, 2, 0, 3]) as tf.Tensor4D;
  });
}

/**
 * The same channel by channel: the images of the batch, each with its own dy, are channels of one image,
 * and what they give is added up in the end.
 */
function depthwiseFilterGradient(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  info: ConvolutionInfo,
): tf.Tensor4D {
  const { strideHeight, strideWidth, filterHeight, filterWidth, batchSize, inChannels } = info;
  const joined = batchSize * inChannels;
  return tf.tidy(() => {
    const { used, padding } = seen(x, info);
    const image = tf.transpose(used, [1, 2, 0, 3]);
    const filter = tf.transpose(dy, [1, 2, 0, 3]);
    const gradients = tf.depthwiseConv2d(
      image.reshape<tf.Tensor4D>([1, image.shape[0], image.shape[1], joined]),
      filter.reshape<tf.Tensor4D>([filter.shape[0], filter.shape[1], joined, 1]),
      1,
      padding,
      'NHWC',
      [strideHeight, strideWidth],
    );
    const taps = gradients.reshape([filterHeight * filterWidth, batchSize, inChannels]);
    return tf.sum(taps, 1).reshape<tf.Tensor4D>([filterHeight, filterWidth, inChannels, 1]);
  });
}

/** What a filter gradient sees of x, and the zeros around it. */
function seen(
  x: tf.Tensor4D,
  info: ConvolutionInfo,
): { readonly used: tf.Tensor4D; readonly padding: ExplicitPadding } {
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = info;
  const vertical = window(info.inHeight, filterHeight, info.outHeight, strideHeight, padInfo.top);
  const horizontal = window(info.inWidth, filterWidth, info.outWidth, strideWidth, padInfo.left);
  const used = tf.slice(
    x,
    [0, 0, 0, 0],
    [info.batchSize, vertical.used, horizontal.used, info.inChannels],
  );
  const padding: ExplicitPadding = [
    [0, 0],
    [padInfo.top, vertical.padAfter],
    [padInfo.left, horizontal.padAfter],
    [0, 0],
  ];
  return { used, padding };
}

type ExplicitPadding = tf.backend_util.ExplicitPadding;

/** How much of one axis of the input the filter gradient sees, and the zeros that follow it. */
function window(
  input: number,
  filter: number,
  output: number,
  stride: number,
  padBefore: number,
): { used: number; padAfter: number } {
  const reach = (output - 1) * stride + filter - padBefore;
  return { used: Math.min(input, reach), padAfter: Math.max(0, reach - input) };
}

/**
 * dx = dy with stride − 1 zeros between its elements, convolved with the filter turned by 180° and its
 * channels exchanged.
 */
export function inputGradient(
  dy: tf.Tensor4D,
  filter: tf.Tensor4D,
  info: ConvolutionInfo,
): tf.Tensor4D {
  return tf.tidy(() => {
    const turned = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]) as tf.Tensor4D;
    const { map, padding } = spread(dy, info);
    return tf.conv2d(map, turned, 1, padding);
  });
}

/** The same channel by channel: nothing to exchange. */
function depthwiseInputGradient(
  dy: tf.Tensor4D,
  filter: tf.Tensor4D,
  info: ConvolutionInfo,
): tf.Tensor4D {
  return tf.tidy(() => {
    const { map, padding } = spread(dy, info);
    return tf.depthwiseConv2d(map, tf.reverse(filter, [0, 1]), 1, padding);
  });
}

/** dy with its zeros, cut to what an input position reaches, and the zeros around it. */
function spread(
  dy: tf.Tensor4D,
  info: ConvolutionInfo,
): { readonly map: tf.Tensor4D; readonly padding: ExplicitPadding } {
  const { strideHeight, strideWidth, padInfo } = info;
  const dilated = dilate(dy, strideHeight, strideWidth);
  const along = (axis: 1 | 2, input: number, size: number, pad: number): [number, number] => {
    const before = size - 1 - pad;
    return [before, input - dilated.shape[axis] + size - 1 - before];
  };
  const rows = along(1, info.inHeight, info.filterHeight, padInfo.top);
  const columns = along(2, info.inWidth, info.filterWidth, padInfo.left);
  const map = tf.slice(
    dilated,
    [0, 0, 0, 0],
    [
      info.batchSize,
      dilated.shape[1] + Math.min(0, rows[1]),
      dilated.shape[2] + Math.min(0, columns[1]),
      info.outChannels,
    ],
  );
  const padding: ExplicitPadding = [
    [0, 0],
    [rows[0], Math.max(0, rows[1])],
    [columns[0], Math.max(0, columns[1])],
    [0, 0],
  ];
  return { map, padding };
}

/** `[batch, h, w, c]` → `[batch, h·down, w·right, c]`, every element followed by zeros. */
function dilate(dy: tf.Tensor4D, down: number, right: number): tf.Tensor4D {
  if (down === 1 && right === 1) return dy;
  const [batch, height, width, channels] = dy.shape;
  const wide = tf.pad(dy.reshape([batch * height, width, 1, channels]), [
    [0, 0],
    [0, 0],
    [0, right - 1],
    [0, 0],
  ]);
  const high = tf.pad(wide.reshape([batch, height, 1, width * right * channels]), [
    [0, 0],
    [0, 0],
    [0, down - 1],
    [0, 0],
  ]);
  return high.reshape([batch, height * down, width * right, channels]);
}
