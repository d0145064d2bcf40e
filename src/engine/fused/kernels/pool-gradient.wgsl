// Gradient of pooling 2x2 windows with stride 2.
//
// MAX 1: the gradient goes to the first of a window's largest values, row by row; which one that was is
// found again from x. MAX 0: a quarter goes to each of the four.
//
// x   [BATCH, IN_SIZE, IN_SIZE, GROUPS * 4], what was pooled (with MAX)
// dy  [BATCH, OUT_SIZE, OUT_SIZE, GROUPS * 4]
// dx  [BATCH, IN_SIZE, IN_SIZE, GROUPS * 4]; 0 in an odd last row or column
//
// One thread: one 2x2 block of dx, cut at an odd border, of one channel group.
// Bytes: 4 read an output, 4 written an input, and with MAX 4 read an input.

@group(0) @binding(0) var<storage, read> dy : array<$DY>;
@group(0) @binding(1) var<storage, read_write> dx : array<$DX>;
#if MAX
@group(0) @binding(2) var<storage, read> x : array<$X>;
#end

@compute @workgroup_size($WORKGROUP)
fn main(@builtin(global_invocation_id) id : vec3u) {
  let at = id.x + id.y * ${65535 * WORKGROUP}u;
  let group = at % ${GROUPS}u;
  let block = at / ${GROUPS}u;
  if (block >= ${BATCH * BLOCKS * BLOCKS}u) { return; }
  let across = block % ${BLOCKS}u;
  let down = block / ${BLOCKS}u % ${BLOCKS}u;
  let image = block / ${BLOCKS * BLOCKS}u;
  let first = ((image * ${IN_SIZE}u + 2u * down) * ${IN_SIZE}u + 2u * across) * ${GROUPS}u + group;
#if IN_SIZE % 2 == 1
  if (across == ${OUT_SIZE}u || down == ${OUT_SIZE}u) {
    dx[first] = $TO_DX(vec4f());
    if (across < ${OUT_SIZE}u) { dx[first + ${GROUPS}u] = $TO_DX(vec4f()); }
    if (down < ${OUT_SIZE}u) { dx[first + ${IN_SIZE * GROUPS}u] = $TO_DX(vec4f()); }
    return;
  }
#end
  let d = $FROM_DY(dy[((image * ${OUT_SIZE}u + down) * ${OUT_SIZE}u + across) * ${GROUPS}u + group]);
#if MAX
  let x0 = $FROM_X(x[first]);
  let x1 = $FROM_X(x[first + ${GROUPS}u]);
  let x2 = $FROM_X(x[first + ${IN_SIZE * GROUPS}u]);
  let x3 = $FROM_X(x[first + ${(IN_SIZE + 1) * GROUPS}u]);
  let most = max(max(x0, x1), max(x2, x3));
  let past0 = x0 != most;
  let past1 = past0 & (x1 != most);
  let past2 = past1 & (x2 != most);
  dx[first] = $TO_DX(select(d, vec4f(), past0));
  dx[first + ${GROUPS}u] = $TO_DX(select(vec4f(), d, past0 & (x1 == most)));
  dx[first + ${IN_SIZE * GROUPS}u] = $TO_DX(select(vec4f(), d, past1 & (x2 == most)));
  dx[first + ${(IN_SIZE + 1) * GROUPS}u] = $TO_DX(select(vec4f(), d, past2));
#else
  let share = 0.25 * d;
  dx[first] = $TO_DX(share);
  dx[first + ${GROUPS}u] = $TO_DX(share);
  dx[first + ${IN_SIZE * GROUPS}u] = $TO_DX(share);
  dx[first + ${(IN_SIZE + 1) * GROUPS}u] = $TO_DX(share);
#end
}
