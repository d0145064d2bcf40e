// Clipping by the global norm, first part: sums of squares of the whole gradient.
//
// gradient  [GROUPS * 4]
// sums      [THREADS]
//
// One thread: every THREADS-th vec4 from its own on, always in that order. Bytes: 4 read a parameter.

@group(0) @binding(0) var<storage, read> gradient : array<vec4f>;
@group(0) @binding(1) var<storage, read_write> sums : array<f32>;

@compute @workgroup_size($WORKGROUP)
fn main(@builtin(global_invocation_id) id : vec3u) {
  if (id.x >= ${THREADS}u) { return; }
  var sum = vec4f();
  for (var at = id.x; at < ${GROUPS}u; at += ${THREADS}u) {
    let g = gradient[at];
    sum = fma(g, g, sum);
  }
  sums[id.x] = (sum.x + sum.y) + (sum.z + sum.w);
}
