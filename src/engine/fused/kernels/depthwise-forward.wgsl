// Depthwise convolution 3x3 with zero padding 1 forward, tile in registers.
//
// y[b, oy, ox, c] = sum over ky, kx of x[b, oy*STRIDE + ky - 1, ox*STRIDE + kx - 1, c] * w[ky, kx, c]
//
// x      [BATCH, IN_SIZE, IN_SIZE, GROUPS * 4], four channels per vec4
// w      [3, 3, GROUPS * 4]
// y      [BATCH, OUT_SIZE, OUT_SIZE, GROUPS * 4]
// stats  [tiles, 2, GROUPS * 4]: mean of a tile's outputs, and the sum of their squared distances from
//        it, for batch norm (with STATS)
//
// One thread: TILE_H x TILE_W output pixels of one channel group; neighbours have neighbouring groups, so
// that what they load lies side by side. A loaded pixel serves every tap, a loaded weight every pixel.
// FLOPs: 2 * 9 * BATCH * OUT_SIZE^2 * C. Bytes decide: 4 read an input, 4 written an output.

@group(0) @binding(0) var<storage, read> x : array<$X>;
@group(0) @binding(1) var<storage, read> w : array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y : array<$Y>;
#if STATS
@group(0) @binding(3) var<storage, read_write> stats : array<vec4f>;
#end

@compute @workgroup_size($WORKGROUP)
fn main(@builtin(global_invocation_id) id : vec3u) {
  let thread = id.x + id.y * ${65535 * WORKGROUP}u;
  let group = thread % ${GROUPS}u;
  let tile = thread / ${GROUPS}u;
  if (tile >= ${TILES}u) { return; }
  let image = tile / ${TILES_X * TILES_Y}u;
  let oy = tile / ${TILES_X}u % ${TILES_Y}u * ${TILE_H}u;
  let ox = tile % ${TILES_X}u * ${TILE_W}u;
  let top = i32(oy) * $STRIDE - 1;
  let left = i32(ox) * $STRIDE - 1;
  let source = image * ${IN_SIZE * IN_SIZE * GROUPS}u + group;
#for i in 0..IN_TILE_H
  let row$i = source + u32(clamp(top + $i, 0, ${IN_SIZE - 1})) * ${IN_SIZE * GROUPS}u;
  let down$i = top + $i >= 0 && top + $i < $IN_SIZE;
#end
#for j in 0..IN_TILE_W
  let column$j = u32(clamp(left + $j, 0, ${IN_SIZE - 1})) * ${GROUPS}u;
  let across$j = left + $j >= 0 && left + $j < $IN_SIZE;
#end
#for i in 0..IN_TILE_H
#for j in 0..IN_TILE_W
  let x${i}_$j = select(vec4f(), $FROM_X(x[row$i + column$j]), down$i && across$j);
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
#for j in 0..TILE_W
    sum${i}_$j = fma(x${i * STRIDE + ky}_${j * STRIDE + kx}, tap, sum${i}_$j);
#end
#end
  }
#end
#end
  let place = ((image * ${OUT_SIZE}u + oy) * ${OUT_SIZE}u + ox) * ${GROUPS}u + group;
#for i in 0..TILE_H
#for j in 0..TILE_W
#if RAGGED
  let in${i}_$j = oy + $i < ${OUT_SIZE}u && ox + $j < ${OUT_SIZE}u;
  if (in${i}_$j) { y[place + ${(i * OUT_SIZE + j) * GROUPS}u] = $TO_Y(sum${i}_$j); }
#else
  y[place + ${(i * OUT_SIZE + j) * GROUPS}u] = $TO_Y(sum${i}_$j);
#end
#end
#end
#if STATS
#if RAGGED
  let count = min(${TILE_H}u, ${OUT_SIZE}u - oy) * min(${TILE_W}u, ${OUT_SIZE}u - ox);
  let share = 1.0 / f32(count);
#else
  const share = 1.0 / f32(${TILE_H * TILE_W});
#end
  var mean = vec4f();
#for i in 0..TILE_H
#for j in 0..TILE_W
#if RAGGED
  mean += select(vec4f(), sum${i}_$j, in${i}_$j);
#else
  mean += sum${i}_$j;
#end
#end
#end
  mean *= share;
  var squares = vec4f();
#for i in 0..TILE_H
#for j in 0..TILE_W
  let away${i}_$j = sum${i}_$j - mean;
#if RAGGED
  squares += select(vec4f(), away${i}_$j * away${i}_$j, in${i}_$j);
#else
  squares += away${i}_$j * away${i}_$j;
#end
#end
#end
  stats[tile * ${2 * GROUPS}u + group] = mean;
  stats[tile * ${2 * GROUPS}u + ${GROUPS}u + group] = squares;
#end
}
