// Global average pooling and, with BACKWARD, its gradient.
//
// maps     [BATCH, PIXELS, GROUPS * 4]
// vectors  [BATCH, GROUPS * 4]: the mean over the pixels; BACKWARD spreads it evenly over the maps
//
// One thread: one channel group of one image.

#if BACKWARD
@group(0) @binding(0) var<storage, read_write> maps : array<$MAPS>;
@group(0) @binding(1) var<storage, read> vectors : array<vec4f>;
#else
@group(0) @binding(0) var<storage, read> maps : array<$MAPS>;
@group(0) @binding(1) var<storage, read_write> vectors : array<vec4f>;
#end

@compute @workgroup_size($WORKGROUP)
fn main(@builtin(global_invocation_id) id : vec3u) {
  if (id.x >= ${BATCH * GROUPS}u) { return; }
  let first = id.x / ${GROUPS}u * ${PIXELS * GROUPS}u + id.x % ${GROUPS}u;
#if BACKWARD
  let value = vectors[id.x] / $PIXELS.0;
  for (var pixel = 0u; pixel < ${PIXELS}u; pixel++) { maps[first + pixel * ${GROUPS}u] = $TO_MAPS(value); }
#else
  var sum = vec4f();
  for (var pixel = 0u; pixel < ${PIXELS}u; pixel++) { sum += $FROM_MAPS(maps[first + pixel * ${GROUPS}u]); }
  vectors[id.x] = sum / $PIXELS.0;
#end
}
