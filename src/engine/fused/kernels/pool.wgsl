// Pooling of 2x2 windows with stride 2, no padding: MAX 1 takes the largest, MAX 0 the mean.
//
// x  [BATCH, IN_SIZE, IN_SIZE, GROUPS * 4], four channels per vec4; an odd last row or column is in no
//    window
// y  [BATCH, OUT_SIZE, OUT_SIZE, GROUPS * 4]
//
// One thread: one window of one channel group. Bytes: 4 read an input, 4 written an output.

@group(0) @binding(0) var<storage, read> x : array<$X>;
@group(0) @binding(1) var<storage, read_write> y : array<$Y>;

@compute @workgroup_size($WORKGROUP)
fn main(@builtin(global_invocation_id) id : vec3u) {
  let at = id.x + id.y * ${65535 * WORKGROUP}u;
  if (at >= ${BATCH * OUT_SIZE * OUT_SIZE * GROUPS}u) { return; }
  let pixel = at / ${GROUPS}u;
  let column = pixel % ${OUT_SIZE}u * 2u;
  let row = pixel / ${OUT_SIZE}u % ${OUT_SIZE}u * 2u;
  let image = pixel / ${OUT_SIZE * OUT_SIZE}u;
  let first = ((image * ${IN_SIZE}u + row) * ${IN_SIZE}u + column) * ${GROUPS}u + at % ${GROUPS}u;
  let a = $FROM_X(x[first]);
  let b = $FROM_X(x[first + ${GROUPS}u]);
  let c = $FROM_X(x[first + ${IN_SIZE * GROUPS}u]);
  let d = $FROM_X(x[first + ${(IN_SIZE + 1) * GROUPS}u]);
#if MAX
  y[at] = $TO_Y(max(max(a, b), max(c, d)));
#else
  y[at] = $TO_Y(0.25 * (a + b + c + d));
#end
}
