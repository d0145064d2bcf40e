// Angular head: the log-sum-exp of a stretch of a row at this step's scale.
//
// cosines   [BATCH, GROUPS * 4]; columns from CLASSES on are padding
// state     [1], the scale
// rowInverse [BATCH] and inverse [GROUPS * 4]: 1 / lengths; plain softmax multiplies the lengths back in
// sums      [BATCH, CHUNKS, 2]: largest logit, and the sum of exp(logit - largest)
//
// One thread: SPAN column groups of one row.

@group(0) @binding(0) var<storage, read> cosines : array<vec4f>;
@group(0) @binding(1) var<storage, read> state : array<f32>;
@group(0) @binding(2) var<storage, read_write> sums : array<vec2f>;
#if SOFTMAX
@group(0) @binding(3) var<storage, read> rowInverse : array<f32>;
@group(0) @binding(4) var<storage, read> inverse : array<vec4f>;
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
  var top = vec4f(LOW);
  var sum = vec4f();
  let end = min(${GROUPS}u, (chunk + 1u) * ${SPAN}u);
  for (var group = chunk * ${SPAN}u; group < end; group++) {
    var z = scale * cosines[row * ${GROUPS}u + group];
#if SOFTMAX
    z /= inverse[group];
#end
#if CLASSES % 4 != 0
    let real = vec4u(group * 4u) + vec4u(0u, 1u, 2u, 3u) < vec4u(${CLASSES}u);
    z = select(vec4f(LOW), z, real);
#end
    let newTop = max(top, z);
    sum = sum * exp(top - newTop) + exp(z - newTop);
    top = newTop;
  }
  let largest = max(max(top.x, top.y), max(top.z, top.w));
  let parts = sum * exp(top - largest);
  sums[row * ${CHUNKS}u + chunk] = vec2f(largest, (parts.x + parts.y) + (parts.z + parts.w));
}
