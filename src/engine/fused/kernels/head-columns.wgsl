// Angular head: how much of each class centre's gradient lies along the centre itself.
//
// along[j] = inverse[j] * sum over i of gradient[i, j] * cosines[i, j]
//
// gradient, cosines  [BATCH, GROUPS * 4];  inverse, along  [GROUPS * 4]
//
// One thread: one column group.

@group(0) @binding(0) var<storage, read> gradient : array<vec4f>;
@group(0) @binding(1) var<storage, read> cosines : array<vec4f>;
@group(0) @binding(2) var<storage, read> inverse : array<vec4f>;
@group(0) @binding(3) var<storage, read_write> along : array<vec4f>;

@compute @workgroup_size($WORKGROUP)
fn main(@builtin(global_invocation_id) id : vec3u) {
  if (id.x >= ${GROUPS}u) { return; }
#if SOFTMAX
  along[id.x] = vec4f();
#else
  var sum = vec4f();
  for (var row = 0u; row < ${BATCH}u; row++) {
    let at = row * ${GROUPS}u + id.x;
    sum = fma(gradient[at], cosines[at], sum);
  }
  along[id.x] = sum * inverse[id.x];
#end
}
