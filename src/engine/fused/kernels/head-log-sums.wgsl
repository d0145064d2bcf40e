// Angular head: the log-sum-exp of a stretch of a row at this step's scale, the own class left out. It is
// far above all others in the end, and a long sum that meets it rounds each of them to its last digit.
//
// cosines   [BATCH, GROUPS * 4]; columns from CLASSES on are padding
// state     [1], the scale
// rowInverse [BATCH] and inverse [GROUPS * 4]: 1 / lengths; plain softmax multiplies the lengths back in
// targets   [BATCH], the own class of each image
// sums      [BATCH, CHUNKS, 2]: largest logit, and the sum of exp(logit - largest)
//
// One thread: SPAN column groups of one row.

@group(0) @binding(0) var<storage, read> cosines : array<vec4f>;
@group(0) @binding(1) var<storage, read> state : array<f32>;
@group(0) @binding(2) var<storage, read_write> sums : array<vec2f>;
@group(0) @binding(3) var<storage, read> targets : array<u32>;
#if SOFTMAX
@group(0) @binding(4) var<storage, read> rowInverse : array<f32>;
@group(0) @binding(5) var<storage, read> inverse : array<vec4f>;
#end

const LOW = -3e38;

@compute @workgroup_size($WORKGROUP)
fn main(@builtin(global_invocation_id) id : vec3u) {
  let thread = id.x + id.y * ${65535 * WORKGROUP}u;
  let row = thread / ${CHUNKS}u;
  if (row >= ${BATCH}u) { return; }
  let chunk = thread % ${CHUNKS}u;
#if SOFTMAX
  let scale = 1.0 / rowInverse[row];
#else
  let scale = state[0];
#end
  let target_class = targets[row];
  var top = vec4f(LOW);
  var sum = vec4f();
  let end = min(${GROUPS}u, (chunk + 1u) * ${SPAN}u);
  for (var group = chunk * ${SPAN}u; group < end; group++) {
    var z = scale * cosines[row * ${GROUPS}u + group];
#if SOFTMAX
    z /= inverse[group];
#end
    let class_ = vec4u(group * 4u) + vec4u(0u, 1u, 2u, 3u);
#if CLASSES % 4 != 0
    let other = (class_ < vec4u(${CLASSES}u)) & (class_ != vec4u(target_class));
#else
    let other = class_ != vec4u(target_class);
#end
    z = select(vec4f(LOW), z, other);
    // One exponential: what is the largest so far, old or new, counts as exactly 1.
    let less = exp(-abs(z - top));
    sum = select(sum + select(vec4f(), less, other), fma(sum, less, vec4f(1.0)), z > top);
    top = max(top, z);
  }
  let largest = max(max(top.x, top.y), max(top.z, top.w));
  let parts = sum * exp(top - largest);
  sums[row * ${CHUNKS}u + chunk] = vec2f(largest, (parts.x + parts.y) + (parts.z + parts.w));
}
