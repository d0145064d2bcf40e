// Backward pass of vector-norm: dx = rstd * (dy - mean(dy) - x̂ * mean(dy * x̂)), dbeta = sum of dy.
//
// x, dy, dx  [BATCH, CHANNELS];  norms at NORM [2, CHANNELS]: mean and rstd
// gradient   [CHANNELS] at BETA: dbeta
//
// One thread: one channel and every ROWS-th image; a workgroup has WIDTH channels.

@group(0) @binding(0) var<storage, read> x : array<f32>;
@group(0) @binding(1) var<storage, read> dy : array<f32>;
@group(0) @binding(2) var<storage, read> norms : array<f32>;
@group(0) @binding(3) var<storage, read_write> dx : array<f32>;
@group(0) @binding(4) var<storage, read_write> gradient : array<f32>;

#if ROWS > 1
var<workgroup> shares : array<vec2f, ${WIDTH * ROWS}>;
#end

@compute @workgroup_size(${WIDTH * ROWS})
fn main(@builtin(local_invocation_index) local : u32, @builtin(workgroup_id) place : vec3u) {
  let own = place.x * ${WIDTH}u + local % ${WIDTH}u;
  let channel = min(own, ${CHANNELS - 1}u);
  let first = local / ${WIDTH}u;
  let mean = norms[channel + ${NORM}u];
  let rstd = norms[channel + ${NORM + CHANNELS}u];
  var sums = vec2f();
  for (var row = first; row < ${BATCH}u; row += ${ROWS}u) {
    let at = row * ${CHANNELS}u + channel;
    sums += vec2f(1.0, (x[at] - mean) * rstd) * dy[at];
  }
#if ROWS > 1
  shares[local] = sums;
  workgroupBarrier();
  sums = vec2f();
  for (var row = 0u; row < ${ROWS}u; row++) { sums += shares[row * ${WIDTH}u + local % ${WIDTH}u]; }
#end
  if (own >= ${CHANNELS}u) { return; }
  for (var row = first; row < ${BATCH}u; row += ${ROWS}u) {
    let at = row * ${CHANNELS}u + channel;
    let unit = (x[at] - mean) * rstd;
    dx[at] = rstd * (dy[at] - sums.x / $BATCH.0 - unit * (sums.y / $BATCH.0));
  }
  if (first == 0u) { gradient[channel + ${BETA}u] = sums.x; }
}
