/** For tests: drivers that refuse kernels, the way WebGPU says so. */

/** Has `device` refuse every kernel whose label and text `refuses` names: `conv-forward stage1/conv`. */
export function makeRefusing(
  device: GPUDevice,
  refuses: (label: string, code: string) => boolean,
): void {
  const codes = new WeakMap<GPUShaderModule, string>();
  const createShaderModule = device.createShaderModule.bind(device);
  const createPipeline = device.createComputePipeline.bind(device);
  const createPipelineAsync = device.createComputePipelineAsync.bind(device);
  const refused = ({ label = '', compute }: GPUComputePipelineDescriptor): boolean =>
    refuses(label, codes.get(compute.module) ?? '');
  device.createShaderModule = (descriptor) => {
    const shader = createShaderModule(descriptor);
    codes.set(shader, descriptor.code);
    return shader;
  };
  device.createComputePipelineAsync = async (descriptor) => {
    if (!refused(descriptor)) return createPipelineAsync(descriptor);
    throw new GPUPipelineError('too many registers.', { reason: 'internal' });
  };
  device.createComputePipeline = (descriptor) => {
    if (!refused(descriptor)) return createPipeline(descriptor);
    // Any error makes an invalid pipeline.
    return createPipeline({
      ...descriptor,
      compute: { ...descriptor.compute, entryPoint: 'refused' },
    });
  };
}
