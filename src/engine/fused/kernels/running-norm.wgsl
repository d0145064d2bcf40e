// For inference: mean and rstd of every batch norm from the running averages.
//
// running  for every layer [2, channels]: mean and variance
// norm     the same places: mean and 1 / sqrt(variance + EPSILON)
// kinds    [CHANNELS]: 0 where running holds a mean, 1 where a variance
//
// After t steps the averages still hold MOMENTUM^t of their initial values, 0 and 1; that is taken out,
// since for the first few dozen steps it would drown small variances.
//
// One thread: one number and its partner.

@group(0) @binding(0) var<storage, read> running : array<f32>;
@group(0) @binding(1) var<storage, read> kinds : array<f32>;
@group(0) @binding(2) var<storage, read_write> norm : array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id : vec3u) {
  if (id.x >= ${COUNT}u) { return; }
  // step.correction1 carries MOMENTUM^t, 0 where it no longer matters or nothing was trained yet.
  let left = step.correction1;
  let value = (running[id.x] - left * kinds[id.x]) / (1.0 - left);
  norm[id.x] = select(value, 1.0 / sqrt(value + $EPSILON), kinds[id.x] > 0.0);
}
