// Batch norm of vectors, without scale: the embedding's. Statistics, running average and output in one.
//
// x, y     [BATCH, CHANNELS]
// vectors  at BETA: beta [CHANNELS]
// norms    at NORM [2, CHANNELS]: mean and rstd
// running  at NORM [2, CHANNELS]: mean and variance, moved towards the batch by 1 - MOMENTUM
//
// One thread: one channel and every ROWS-th image; a workgroup has WIDTH channels.

@group(0) @binding(0) var<storage, read> x : array<f32>;
@group(0) @binding(1) var<storage, read> vectors : array<f32>;
@group(0) @binding(2) var<storage, read_write> y : array<f32>;
@group(0) @binding(3) var<storage, read_write> norms : array<f32>;
@group(0) @binding(4) var<storage, read_write> running : array<f32>;

#if ROWS > 1
var<workgroup> shares : array<f32, ${WIDTH * ROWS}>;

fn total(local : u32, value : f32) -> f32 {
  workgroupBarrier();
  shares[local] = value;
  workgroupBarrier();
  var sum = 0.0;
  for (var row = 0u; row < ${ROWS}u; row++) { sum += shares[row * ${WIDTH}u + local % ${WIDTH}u]; }
  return sum;
}
#end

@compute @workgroup_size(${WIDTH * ROWS})
fn main(@builtin(local_invocation_index) local : u32, @builtin(workgroup_id) place : vec3u) {
  let own = place.x * ${WIDTH}u + local % ${WIDTH}u;
  let channel = min(own, ${CHANNELS - 1}u);
  let first = local / ${WIDTH}u;
  var sum = 0.0;
  for (var row = first; row < ${BATCH}u; row += ${ROWS}u) { sum += x[row * ${CHANNELS}u + channel]; }
#if ROWS > 1
  sum = total(local, sum);
#end
  let mean = sum / $BATCH.0;
  var squares = 0.0;
  for (var row = first; row < ${BATCH}u; row += ${ROWS}u) {
    let away = x[row * ${CHANNELS}u + channel] - mean;
    squares = fma(away, away, squares);
  }
#if ROWS > 1
  squares = total(local, squares);
#end
  if (own >= ${CHANNELS}u) { return; }
  let variance = squares / $BATCH.0;
  let rstd = 1.0 / sqrt(variance + $EPSILON);
  let shift = vectors[channel + ${BETA}u];
  for (var row = first; row < ${BATCH}u; row += ${ROWS}u) {
    y[row * ${CHANNELS}u + channel] = (x[row * ${CHANNELS}u + channel] - mean) * rstd + shift;
  }
  if (first > 0u) { return; }
  norms[channel + ${NORM}u] = mean;
  norms[channel + ${NORM + CHANNELS}u] = rstd;
  running[channel + ${NORM}u] = $MOMENTUM * running[channel + ${NORM}u] + (1.0 - $MOMENTUM) * mean;
  running[channel + ${NORM + CHANNELS}u] = $MOMENTUM * running[channel + ${NORM + CHANNELS}u] + (1.0 - $MOMENTUM) * variance;
}
