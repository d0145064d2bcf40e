// Adds the parts of split sums, each in one order, so that the result repeats bit for bit.
//
// parts     every split sum: `count` parts of `size` vec4s, one after the other
// table     one pair per workgroup: (first vec4 of its block in parts, size, count, first vec4 in the
//           gradient), (vec4s in the block, 0, 0, 0); a block has 64 vec4s or fewer
// gradient  where the sums go
//
// One thread: one vec4 of the gradient. Bytes: 16 read a part and 16 written.

@group(0) @binding(0) var<storage, read> parts : array<vec4f>;
@group(0) @binding(1) var<storage, read> table : array<vec4u>;
@group(0) @binding(2) var<storage, read_write> gradient : array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) local : u32, @builtin(workgroup_id) place : vec3u) {
  let entry = place.x + place.y * 65535u;
  if (entry >= ${ENTRIES}u) { return; }
  let block = table[entry * 2u];
  if (local >= table[entry * 2u + 1u].x) { return; }
  var sum = parts[block.x + local];
  for (var part = 1u; part < block.z; part++) { sum += parts[block.x + part * block.y + local]; }
  gradient[block.w + local] = sum;
}
