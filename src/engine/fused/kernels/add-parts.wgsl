// Adds the parts of one split product, in one order.
//
// parts  [PARTS, GROUPS * 4];  c  [GROUPS * 4]
//
// One thread: one vec4. Bytes: 16 read a part and 16 written.

@group(0) @binding(0) var<storage, read> parts : array<vec4f>;
@group(0) @binding(1) var<storage, read_write> c : array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id : vec3u) {
  let at = id.x + id.y * ${65535 * 64}u;
  if (at >= ${GROUPS}u) { return; }
  var sum = parts[at];
  for (var part = 1u; part < ${PARTS}u; part++) { sum += parts[part * ${GROUPS}u + at]; }
  c[at] = sum;
}
