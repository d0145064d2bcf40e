// Angular head: the gradient of the embeddings, from the parts of gradient * centres^T.
//
// parts       [PARTS, BATCH, GROUPS * 4]
// units       [BATCH, GROUPS * 4], embeddings of length 1
// along       [BATCH, CHUNKS] of head-gradient: what lies along the embedding itself is taken away
// rowInverse  [BATCH], 1 / length of the embeddings
// dx          [BATCH, GROUPS * 4]
//
// One thread: one column group of one row.

@group(0) @binding(0) var<storage, read> parts : array<vec4f>;
@group(0) @binding(1) var<storage, read> units : array<vec4f>;
@group(0) @binding(2) var<storage, read> along : array<f32>;
@group(0) @binding(3) var<storage, read> rowInverse : array<f32>;
@group(0) @binding(4) var<storage, read_write> dx : array<vec4f>;

@compute @workgroup_size($WORKGROUP)
fn main(@builtin(global_invocation_id) id : vec3u) {
  if (id.x >= ${BATCH * GROUPS}u) { return; }
  var sum = parts[id.x];
  for (var part = 1u; part < ${PARTS}u; part++) { sum += parts[part * ${BATCH * GROUPS}u + id.x]; }
#if SOFTMAX
  dx[id.x] = sum;
#else
  let row = id.x / ${GROUPS}u;
  var dot_ = 0.0;
  for (var chunk = 0u; chunk < ${CHUNKS}u; chunk++) { dot_ += along[row * ${CHUNKS}u + chunk]; }
  dx[id.x] = (sum - units[id.x] * dot_) * rowInverse[row];
#end
}
