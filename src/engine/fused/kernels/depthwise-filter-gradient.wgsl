// Gradient of a depthwise convolution's filter, split over the batch and its rows, sums in registers.
//
// dw[ky, kx, c] = sum over b, oy, ox of x[b, oy*STRIDE + ky - 1, ox*STRIDE + kx - 1, c] * dy[b, oy, ox, c]
//
// x      [BATCH, IN_SIZE, IN_SIZE, GROUPS * 4], four channels per vec4
// dy     [BATCH, OUT_SIZE, OUT_SIZE, GROUPS * 4]
// parts  [PARTS, 3, 3, GROUPS * 4]: every part is the sum over its own tiles; another kernel adds them, in
//        one order, so the gradient repeats bit for bit
//
// One thread: all nine taps of one channel group; it walks over PART_TILES tiles of TILE_H x TILE_W pixels
// of dy. Neighbours have neighbouring groups.
// FLOPs: 2 * 9 * BATCH * OUT_SIZE^2 * C. Bytes decide: 4 read an input and 4 an output.

@group(0) @binding(0) var<storage, read> x : array<$X>;
@group(0) @binding(1) var<storage, read> dy : array<$DY>;
@group(0) @binding(2) var<storage, read_write> parts : array<vec4f>;

@compute @workgroup_size($WORKGROUP)
fn main(@builtin(global_invocation_id) id : vec3u) {
  let thread = id.x + id.y * ${65535 * WORKGROUP}u;
  let group = thread % ${GROUPS}u;
  let part = thread / ${GROUPS}u;
  if (part >= ${PARTS}u) { return; }
#for k in 0..9
  var sum$k = vec4f();
#end
  let end = min(${TILES}u, (part + 1u) * ${PART_TILES}u);
  for (var tile = part * ${PART_TILES}u; tile < end; tile++) {
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
    let start = ((image * ${OUT_SIZE}u + oy) * ${OUT_SIZE}u + ox) * ${GROUPS}u + group;
#for i in 0..TILE_H
#for j in 0..TILE_W
    {
#if RAGGED
      let d = select(vec4f(), $FROM_DY(dy[start + ${(i * OUT_SIZE + j) * GROUPS}u]), oy + $i < ${OUT_SIZE}u && ox + $j < ${OUT_SIZE}u);
#else
      let d = $FROM_DY(dy[start + ${(i * OUT_SIZE + j) * GROUPS}u]);
#end
#for ky in 0..3
#for kx in 0..3
      sum${ky * 3 + kx} = fma(x${i * STRIDE + ky}_${j * STRIDE + kx}, d, sum${ky * 3 + kx});
#end
#end
    }
#end
#end
  }
#for k in 0..9
  parts[(part * 9u + $k) * ${GROUPS}u + group] = sum$k;
#end
}
