// Gradient of a convolution's input, tile in registers.
//
// dx[b, iy, ix, ci] = sum over ky, kx, co of dy[b, oy, ox, co] * w[ky, kx, ci, co]
// where oy * STRIDE + ky - PAD = iy, and the same across: only taps that fit the stride take part.
//
// dy  [BATCH, OUT_SIZE, OUT_SIZE, OUT_GROUPS * 4], four channels per vec4
// w   [KERNEL, KERNEL, IN_GROUPS * 4, OUT_GROUPS * 4]
// dx  [BATCH, IN_SIZE, IN_SIZE, IN_GROUPS * 4]; with ADD the gradient is added to what is there
//
// One thread: TILE_H x TILE_W pixels of dx (multiples of STRIDE), TILE_GROUPS * 4 channels. All threads of
// a workgroup work on the same channels, so with QUADS the lanes of a quad each load one input channel's
// weights and show them to the others.
// Workgroup: WORKGROUP tiles along x, the channel tile along y.
// FLOPs: 2 * BATCH * OUT_SIZE^2 * OUT * KERNEL^2 * IN.

@group(0) @binding(0) var<storage, read> dy : array<$DY>;
@group(0) @binding(1) var<storage, read> w : array<vec4f>;
@group(0) @binding(2) var<storage, read_write> dx : array<$DX>;

@compute @workgroup_size($WORKGROUP)
fn main(
  @builtin(global_invocation_id) id : vec3u,
  @builtin(workgroup_id) place : vec3u,
#if QUADS
  @builtin(subgroup_invocation_id) lane : u32,
#end
) {
  let tile = min(id.x, ${TILES - 1}u);
  let group = place.y * ${TILE_GROUPS}u;
  let image = tile / ${TILES_X * TILES_Y}u;
  // The first row and column of dy that reach this tile.
  let top = i32(tile / ${TILES_X}u % ${TILES_Y}u) * ${TILE_H / STRIDE} + $FIRST;
  let left = i32(tile % ${TILES_X}u) * ${TILE_W / STRIDE} + $FIRST;
  let source = image * ${OUT_SIZE * OUT_SIZE * OUT_GROUPS}u;
#for i in 0..DY_TILE_H
  let row$i = source + u32(clamp(top + $i, 0, ${OUT_SIZE - 1})) * ${OUT_SIZE * OUT_GROUPS}u;
  let down$i = top + $i >= 0 && top + $i < $OUT_SIZE;
#end
#for j in 0..DY_TILE_W
  let column$j = u32(clamp(left + $j, 0, ${OUT_SIZE - 1})) * ${OUT_GROUPS}u;
  let across$j = left + $j >= 0 && left + $j < $OUT_SIZE;
#end
#for i in 0..TILE_H
#for j in 0..TILE_W
#for g in 0..TILE_GROUPS
  var sum${i}_${j}_$g = vec4f();
#end
#end
#end
  for (var c = 0u; c < ${OUT_GROUPS}u; c++) {
#for i in 0..DY_TILE_H
#for j in 0..DY_TILE_W
    let d${i}_$j = select(vec4f(), $FROM_DY(dy[row$i + column$j + c]), down$i && across$j);
#end
#end
#for ky in 0..KERNEL
#for kx in 0..KERNEL
    {
#for g in 0..TILE_GROUPS
      let at$g = (${(ky * KERNEL + kx) * IN_GROUPS * 4}u + (group + $g) * 4u) * ${OUT_GROUPS}u + c;
#if QUADS
      let mine$g = w[at$g + (lane & 3u) * ${OUT_GROUPS}u];
      let w0_$g = quadBroadcast(mine$g, 0u);
      let w1_$g = quadBroadcast(mine$g, 1u);
      let w2_$g = quadBroadcast(mine$g, 2u);
      let w3_$g = quadBroadcast(mine$g, 3u);
#else
      let w0_$g = w[at$g];
      let w1_$g = w[at$g + ${OUT_GROUPS}u];
      let w2_$g = w[at$g + ${2 * OUT_GROUPS}u];
      let w3_$g = w[at$g + ${3 * OUT_GROUPS}u];
#end
#end
#for i in 0..TILE_H
#if (i + PAD - ky + KERNEL * STRIDE) % STRIDE == 0
#for j in 0..TILE_W
#if (j + PAD - kx + KERNEL * STRIDE) % STRIDE == 0
#for g in 0..TILE_GROUPS
      sum${i}_${j}_$g += vec4f(
        dot(d${(i + PAD - ky) / STRIDE - FIRST}_${(j + PAD - kx) / STRIDE - FIRST}, w0_$g),
        dot(d${(i + PAD - ky) / STRIDE - FIRST}_${(j + PAD - kx) / STRIDE - FIRST}, w1_$g),
        dot(d${(i + PAD - ky) / STRIDE - FIRST}_${(j + PAD - kx) / STRIDE - FIRST}, w2_$g),
        dot(d${(i + PAD - ky) / STRIDE - FIRST}_${(j + PAD - kx) / STRIDE - FIRST}, w3_$g));
#end
#end
#end
#end
#end
    }
#end
#end
  }
  if (id.x >= ${TILES}u) { return; }
  let iy = tile / ${TILES_X}u % ${TILES_Y}u * ${TILE_H}u;
  let ix = tile % ${TILES_X}u * ${TILE_W}u;
#for i in 0..TILE_H
#for j in 0..TILE_W
#if RAGGED
  if (iy + $i < ${IN_SIZE}u && ix + $j < ${IN_SIZE}u) {
#else
  {
#end
    let at = ((image * ${IN_SIZE}u + iy + $i) * ${IN_SIZE}u + ix + $j) * ${IN_GROUPS}u + group;
#for g in 0..TILE_GROUPS
#if ADD
    dx[at + $g] = $TO_DX($FROM_DX(dx[at + $g]) + sum${i}_${j}_$g);
#else
    dx[at + $g] = $TO_DX(sum${i}_${j}_$g);
#end
#end
  }
#end
#end
}
