// Angular head: cross-entropy and its gradient, s held constant (AdaCos, Eq. 16).
//
// L_i = log-sum-exp_j(z_ij) - z_iy,  dL/dcos_ij = s (P_ij - 1[j = y]) / BATCH
//
// cosines     [BATCH, GROUPS * 4]; columns from CLASSES on are padding
// targets     [BATCH]
// state       [1], the scale; SOFTMAX: [BATCH], 1 / length of the embeddings
// sums        [BATCH, CHUNKS, 2] of head-log-sums, without the own class
// inverse     [GROUPS * 4], 1 / length of the class centres
// gradient    [BATCH, GROUPS * 4]: dL/dcos divided by the centre's length; 0 in the padding.
//             SOFTMAX: dL/dlogit, where nothing was normalised
// along       [BATCH, CHUNKS]: a stretch's sum of dL/dcos * cos, the gradient along the embedding itself
// ring        own losses, as head-scale describes
//
// One thread: SPAN column groups of one row.

@group(0) @binding(0) var<storage, read> cosines : array<vec4f>;
@group(0) @binding(1) var<storage, read> targets : array<u32>;
@group(0) @binding(2) var<storage, read> state : array<f32>;
@group(0) @binding(3) var<storage, read> sums : array<vec2f>;
@group(0) @binding(4) var<storage, read> inverse : array<vec4f>;
@group(0) @binding(5) var<storage, read_write> gradient : array<vec4f>;
@group(0) @binding(6) var<storage, read_write> along : array<f32>;
@group(0) @binding(7) var<storage, read_write> ring : array<f32>;

@compute @workgroup_size($WORKGROUP)
fn main(@builtin(global_invocation_id) id : vec3u) {
  let thread = id.x + id.y * ${65535 * WORKGROUP}u;
  let row = thread / ${CHUNKS}u;
  if (row >= ${BATCH}u) { return; }
  let chunk = thread % ${CHUNKS}u;
#if SOFTMAX
  let scale = 1.0 / state[row];
  const factor = 1.0 / $BATCH.0;
#else
  let scale = state[0];
  let factor = scale / $BATCH.0;
#end
  let target_class = targets[row];
  // The own class, which the sums leave out, first.
#if SOFTMAX
  var top = scale * cosines[row * ${GROUPS}u + target_class / 4u][target_class % 4u] / inverse[target_class / 4u][target_class % 4u];
#else
  var top = scale * cosines[row * ${GROUPS}u + target_class / 4u][target_class % 4u];
#end
  var sum = 1.0;
  for (var other = 0u; other < ${CHUNKS}u; other++) {
    let part = sums[row * ${CHUNKS}u + other];
    let newTop = max(top, part.x);
    sum = sum * exp(top - newTop) + part.y * exp(part.x - newTop);
    top = newTop;
  }
  let logSum = top + log(sum);
  var dot_ = vec4f();
  let end = min(${GROUPS}u, (chunk + 1u) * ${SPAN}u);
  for (var group = chunk * ${SPAN}u; group < end; group++) {
    let class_ = vec4u(group * 4u) + vec4u(0u, 1u, 2u, 3u);
    let cosine = cosines[row * ${GROUPS}u + group];
    let shorter = inverse[group];
#if SOFTMAX
    let z = scale * cosine / shorter;
#else
    let z = scale * cosine;
#end
    let own = class_ == vec4u(target_class);
    var g = factor * (exp(z - logSum) - select(vec4f(), vec4f(1.0), own));
#if CLASSES % 4 != 0
    g = select(vec4f(), g, class_ < vec4u(${CLASSES}u));
#end
    dot_ = fma(g, cosine, dot_);
#if SOFTMAX
    gradient[row * ${GROUPS}u + group] = g;
#else
    gradient[row * ${GROUPS}u + group] = g * shorter;
#end
    if (target_class / 4u == group) {
      ring[step.slot * ${SLOT}u + ${BATCH}u + row] = logSum - z[target_class % 4u];
    }
  }
  along[row * ${CHUNKS}u + chunk] = (dot_.x + dot_.y) + (dot_.z + dot_.w);
}
