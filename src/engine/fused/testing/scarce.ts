/** For tests: devices that have no memory left, the way WebGPU says so. */

/**
 * Has `device` fail every buffer that `refuses` names: what it gives is invalid, as the standard has it, and
 * the error goes to the innermost scope for it, or to whoever listens where there is none.
 */
export function makeScarce(
  device: GPUDevice,
  refuses: (descriptor: GPUBufferDescriptor) => boolean,
): void {
  const createBuffer = device.createBuffer.bind(device);
  const pushErrorScope = device.pushErrorScope.bind(device);
  const popErrorScope = device.popErrorScope.bind(device);
  const scopes: { readonly filter: GPUErrorFilter; error: GPUError | null }[] = [];
  device.pushErrorScope = (filter) => {
    scopes.push({ filter, error: null });
    pushErrorScope(filter);
  };
  device.popErrorScope = async () => {
    const own = scopes.pop()?.error ?? null;
    const other = await popErrorScope();
    return own ?? other;
  };
  device.createBuffer = (descriptor) => {
    if (!refuses(descriptor)) return createBuffer(descriptor);
    const error = new GPUOutOfMemoryError(`no ${descriptor.size} bytes for ${descriptor.label}`);
    const scope = scopes.findLast(({ filter }) => filter === 'out-of-memory');
    if (scope !== undefined) scope.error ??= error;
    else device.dispatchEvent(new GPUUncapturedErrorEvent('uncapturederror', { error }));
    // Uses that exclude each other: the buffer is as invalid as one without memory.
    pushErrorScope('validation');
    const buffer = createBuffer({
      ...descriptor,
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.STORAGE,
    });
    void popErrorScope();
    return buffer;
  };
}

/** A rule for `makeScarce`: a GPU of so many bytes. What is destroyed gives its bytes back. */
export function limitMemory(device: GPUDevice, bytes: number): void {
  let left = bytes;
  makeScarce(device, ({ size }) => size > left);
  const createBuffer = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    const { size } = descriptor;
    const had = size <= left;
    const buffer = createBuffer(descriptor);
    if (!had) return buffer;
    left -= size;
    const destroy = buffer.destroy.bind(buffer);
    let held = size;
    buffer.destroy = () => {
      left += held;
      held = 0;
      destroy();
    };
    return buffer;
  };
}
