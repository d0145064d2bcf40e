// Gradient of a depthwise convolution's input, tile in registers.
//
// dx[b, iy, ix, c] = sum over ky, kx of dy[b, oy, ox, c] * w[ky, kx, c]
// where oy * STRIDE + ky - 1 = iy, and the same across: only taps that fit the stride take part.
//
// dy  [BATCH, OUT_SIZE, OUT_SIZE, GROUPS * 4], four channels per vec4
// w   [3, 3, GROUPS * 4]
// dx  [BATCH, IN_SIZE, IN_SIZE, GROUPS * 4]
//
// One thread: TILE_H x TILE_W pixels of dx (multiples of STRIDE) of one channel group; neighbours have
// neighbouring groups. FLOPs: 2 * 9 * BATCH * OUT_SIZE^2 * C. Bytes decide: 4 read an output, 4 written an
// input.

@group(0) @binding(0) var<storage, read> dy : array<$DY>;
@group(0) @binding(1) var<storage, read> w : array<vec4f>;
@group(0) @binding(2) var<storage, read_write> dx : array<$DX>;

@compute @workgroup_size($WORKGROUP)
fn main(@builtin(global_invocation_id) id : vec3u) {
  let thread = id.x + id.y * ${65535 * WORKGROUP}u;
  let group = thread % ${GROUPS}u;
  let tile = thread / ${GROUPS}u;
  if (tile >= ${TILES}u) { return; }
  let image = tile / ${TILES_X * TILES_Y}u;
  let ty = tile / ${TILES_X}u % ${TILES_Y}u;
  let tx = tile % ${TILES_X}u;
  // The first row and column of dy that reach this tile.
  let top = i32(ty) * ${TILE_H / STRIDE} + $FIRST;
  let left = i32(tx) * ${TILE_W / STRIDE} + $FIRST;
  let source = image * ${OUT_SIZE * OUT_SIZE * GROUPS}u + group;
#for i in 0..DY_TILE_H
  let row$i = source + u32(clamp(top + $i, 0, ${OUT_SIZE - 1})) * ${OUT_SIZE * GROUPS}u;
  let down$i = top + $i >= 0 && top + $i < $OUT_SIZE;
#end
#for j in 0..DY_TILE_W
  let column$j = u32(clamp(left + $j, 0, ${OUT_SIZE - 1})) * ${GROUPS}u;
  let across$j = left + $j >= 0 && left + $j < $OUT_SIZE;
#end
#for i in 0..DY_TILE_H
#for j in 0..DY_TILE_W
  let d${i}_$j = select(vec4f(), $FROM_DY(dy[row$i + column$j]), down$i && across$j);
#end
#end
#for i in 0..TILE_H
#for j in 0..TILE_W
  var sum${i}_$j = vec4f();
#end
#end
#for ky in 0..3
#for kx in 0..3
  {
    let tap = w[${(ky * 3 + kx) * GROUPS}u + group];
#for i in 0..TILE_H
#if (i + 1 - ky + 3 * STRIDE) % STRIDE == 0
#for j in 0..TILE_W
#if (j + 1 - kx + 3 * STRIDE) % STRIDE == 0
    sum${i}_$j = fma(d${(i + 1 - ky) / STRIDE - FIRST}_${(j + 1 - kx) / STRIDE - FIRST}, tap, sum${i}_$j);
#end
#end
#end
#end
  }
#end
#end
  let iy = ty * ${TILE_H}u;
  let ix = tx * ${TILE_W}u;
  let place = ((image * ${IN_SIZE}u + iy) * ${IN_SIZE}u + ix) * ${GROUPS}u + group;
#for i in 0..TILE_H
#for j in 0..TILE_W
#if RAGGED
  if (iy + $i < ${IN_SIZE}u && ix + $j < ${IN_SIZE}u) { dx[place + ${(i * IN_SIZE + j) * GROUPS}u] = $TO_DX(sum${i}_$j); }
#else
  dx[place + ${(i * IN_SIZE + j) * GROUPS}u] = $TO_DX(sum${i}_$j);
#end
#end
#end
}
