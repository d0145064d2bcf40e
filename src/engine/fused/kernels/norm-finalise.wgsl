// Batch norm, second part of the forward pass: from the statistics of tiles to those of the batch.
//
// stats    [TILES, 2, CHANNELS]: a tile's mean, and its sum of squared distances from that mean
// norms    at NORM [2, CHANNELS]: mean and 1 / sqrt(variance + epsilon) of the batch
// running  at NORM [2, CHANNELS]: mean and variance, moved towards the batch by 1 - MOMENTUM
//
// Chan's parallel variance: adds up distances from nearby means, so nothing cancels (Chan, Golub and
// LeVeque 1983). The variance is that of the population, divided by n.
//
// One thread: one channel and every ROWS-th tile; a workgroup has WIDTH channels.

@group(0) @binding(0) var<storage, read> stats : array<f32>;
@group(0) @binding(1) var<storage, read_write> norms : array<f32>;
@group(0) @binding(2) var<storage, read_write> running : array<f32>;

// Pixels in a tile: tiles at the right and lower border may be cut.
fn count(tile : u32) -> f32 {
#if RAGGED
  let height = min(${TILE_H}u, ${OUT_SIZE}u - tile / ${TILES_X}u % ${TILES_Y}u * ${TILE_H}u);
  let width = min(${TILE_W}u, ${OUT_SIZE}u - tile % ${TILES_X}u * ${TILE_W}u);
  return f32(height * width);
#else
  return ${TILE_H * TILE_W}.0;
#end
}

#if ROWS > 1
var<workgroup> shares : array<f32, ${WIDTH * ROWS}>;

// The sum over a channel's threads, in one order.
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
  let row = local / ${WIDTH}u;
  var sum = 0.0;
  for (var tile = row; tile < ${TILES}u; tile += ${ROWS}u) {
    sum += count(tile) * stats[tile * ${2 * CHANNELS}u + channel];
  }
#if ROWS > 1
  sum = total(local, sum);
#end
  let mean = sum / $COUNT.0;
  var squares = 0.0;
  for (var tile = row; tile < ${TILES}u; tile += ${ROWS}u) {
    let away = stats[tile * ${2 * CHANNELS}u + channel] - mean;
    squares += stats[tile * ${2 * CHANNELS}u + ${CHANNELS}u + channel] + count(tile) * away * away;
  }
#if ROWS > 1
  squares = total(local, squares);
#end
  if (row > 0u || own >= ${CHANNELS}u) { return; }
  let variance = squares / $COUNT.0;
  norms[channel + ${NORM}u] = mean;
  norms[channel + ${NORM + CHANNELS}u] = 1.0 / sqrt(variance + $EPSILON);
  running[channel + ${NORM}u] = $MOMENTUM * running[channel + ${NORM}u] + (1.0 - $MOMENTUM) * mean;
  running[channel + ${NORM + CHANNELS}u] = $MOMENTUM * running[channel + ${NORM + CHANNELS}u] + (1.0 - $MOMENTUM) * variance;
}
