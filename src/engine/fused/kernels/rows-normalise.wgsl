// Unit rows: units = x / |x|, and inverse = 1 / max(|x|, 1e-12), so that a zero row has cosine 0.
//
// x, units  [ROWS, GROUPS * 4]
// inverse   [ROWS]
//
// One thread: one row.

@group(0) @binding(0) var<storage, read> x : array<vec4f>;
@group(0) @binding(1) var<storage, read_write> units : array<vec4f>;
@group(0) @binding(2) var<storage, read_write> inverse : array<f32>;

@compute @workgroup_size($WORKGROUP)
fn main(@builtin(global_invocation_id) id : vec3u) {
  if (id.x >= ${ROWS}u) { return; }
  let first = id.x * ${GROUPS}u;
  var squares = vec4f();
  for (var k = 0u; k < ${GROUPS}u; k++) { squares = fma(x[first + k], x[first + k], squares); }
  let factor = 1.0 / max(sqrt(squares.x + squares.y + squares.z + squares.w), 1e-12);
  for (var k = 0u; k < ${GROUPS}u; k++) { units[first + k] = x[first + k] * factor; }
  inverse[id.x] = factor;
}
