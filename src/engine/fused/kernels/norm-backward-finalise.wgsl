// Batch norm, second part of the backward pass: the sums of chunks become gradients and means.
//
// sums    [CHUNKS, KINDS, CHANNELS] of norm-backward-sums
// means   [3, CHANNELS]: mean of dp, mean of dp * x̂, and with SHORTCUT 2 that of the shortcut's x̂
// dgamma, dbeta, dslope, dOtherGamma, dOtherBeta  [CHANNELS], places in the gradient
//
// One thread: one channel and every ROWS-th chunk; a workgroup has WIDTH channels.

@group(0) @binding(0) var<storage, read> sums : array<f32>;
@group(0) @binding(1) var<storage, read_write> means : array<f32>;
@group(0) @binding(2) var<storage, read_write> gradient : array<f32>;

#if ROWS > 1
var<workgroup> shares : array<vec4f, ${WIDTH * ROWS}>;
#end

@compute @workgroup_size(${WIDTH * ROWS})
fn main(@builtin(local_invocation_index) local : u32, @builtin(workgroup_id) place : vec3u) {
  let own = place.x * ${WIDTH}u + local % ${WIDTH}u;
  let channel = min(own, ${CHANNELS - 1}u);
  let row = local / ${WIDTH}u;
  var sum = vec4f();
  for (var chunk = row; chunk < ${CHUNKS}u; chunk += ${ROWS}u) {
    let at = chunk * ${KINDS * CHANNELS}u + channel;
    sum += vec4f(sums[at], sums[at + ${CHANNELS}u],
#if PRELU
      sums[at + ${2 * CHANNELS}u],
#else
      0.0,
#end
#if SHORTCUT == 2
      sums[at + ${(KINDS - 1) * CHANNELS}u]);
#else
      0.0);
#end
  }
#if ROWS > 1
  shares[local] = sum;
  workgroupBarrier();
  sum = vec4f();
  for (var other = 0u; other < ${ROWS}u; other++) { sum += shares[other * ${WIDTH}u + local % ${WIDTH}u]; }
#end
  if (row > 0u || own >= ${CHANNELS}u) { return; }
  means[channel] = sum.x / $COUNT.0;
  means[channel + ${CHANNELS}u] = sum.y / $COUNT.0;
  gradient[channel + ${BETA}u] = sum.x;
  gradient[channel + ${GAMMA}u] = sum.y;
#if PRELU
  gradient[channel + ${SLOPE}u] = sum.z;
#end
#if SHORTCUT == 2
  means[channel + ${2 * CHANNELS}u] = sum.w / $COUNT.0;
  gradient[channel + ${OTHER_BETA}u] = sum.x;
  gradient[channel + ${OTHER_GAMMA}u] = sum.w;
#end
}
