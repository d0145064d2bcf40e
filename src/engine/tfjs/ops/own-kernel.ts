/** Kernels that tfjs has no name for: registered for the backends that have one, run by their name. */
import * as tf from '@tensorflow/tfjs';

/** Whether the backend now in use has a kernel of this name. */
export function hasKernel(name: string): boolean {
  // Typed as always there, but undefined for what is not registered.
  const kernel: tf.KernelConfig | undefined = tf.getKernel(name, tf.getBackend());
  return kernel !== undefined;
}

/** Runs a kernel with one output. */
export function runKernel(
  name: string,
  inputs: tf.NamedTensorMap,
  attributes: tf.NamedAttrMap,
): tf.Tensor {
  // These kernels have one output.
  return tf.engine().runKernel(name, inputs, attributes) as tf.Tensor;
}
