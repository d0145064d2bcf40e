// Batch norm, third part of the backward pass: the gradient of the convolution's output.
//
// dx = gamma * rstd * (dp - mean(dp) - x̂ * mean(dp * x̂))   (Ioffe and Szegedy 2015)
//
// x, dp, dx  [PIXELS, GROUPS * 4]
// norms, vectors  as in norm-apply: mean and rstd at NORM, gamma at GAMMA
// means      [3, GROUPS * 4] of norm-backward-finalise; SECOND chooses which mean(dp * x̂): 1 or 2
//
// One thread: one channel group of SPAN pixels. Bytes: 8 read and 4 written an element.

@group(0) @binding(0) var<storage, read> x : array<$X>;
@group(0) @binding(1) var<storage, read> dp : array<$DP>;
@group(0) @binding(2) var<storage, read> norms : array<vec4f>;
@group(0) @binding(3) var<storage, read> vectors : array<vec4f>;
@group(0) @binding(4) var<storage, read> means : array<vec4f>;
@group(0) @binding(5) var<storage, read_write> dx : array<$DX>;

@compute @workgroup_size($WORKGROUP)
fn main(@builtin(global_invocation_id) id : vec3u) {
  let thread = id.x + id.y * ${65535 * WORKGROUP}u;
  let group = thread % ${GROUPS}u;
  let first = thread / ${GROUPS}u;
  if (first >= ${(PIXELS + SPAN - 1) / SPAN}u) { return; }
  let mean = norms[group + ${NORM}u];
  let rstd = norms[group + ${NORM + GROUPS}u];
  let scale = vectors[group + ${GAMMA}u] * rstd;
  let offset = means[group];
  let along = means[group + ${SECOND * GROUPS}u] * rstd;
#for k in 0..SPAN
  {
    let pixel = first + ${k * ((PIXELS + SPAN - 1) / SPAN)}u;
#if PIXELS % SPAN != 0
    if (pixel >= ${PIXELS}u) { return; }
#end
    let at = pixel * ${GROUPS}u + group;
    dx[at] = $TO_DX(scale * ($FROM_DP(dp[at]) - offset - ($FROM_X(x[at]) - mean) * along));
  }
#end
}
