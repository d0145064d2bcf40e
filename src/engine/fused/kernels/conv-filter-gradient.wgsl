// Gradient of a convolution's filter, split over the batch and its rows, tile in registers.
//
// dw[ky, kx, ci, co] = sum over b, oy, ox of x[b, oy*STRIDE + ky - PAD, ox*STRIDE + kx - PAD, ci] * dy[b, oy, ox, co]
//
// x      [BATCH, IN_SIZE, IN_SIZE, IN_GROUPS * 4], four channels per vec4
// dy     [BATCH, OUT_SIZE, OUT_SIZE, OUT_GROUPS * 4]
// parts  [PARTS, KERNEL, KERNEL, IN_GROUPS * 4, OUT_GROUPS * 4]: every part is the sum over its own tiles;
//        another kernel adds them, in one order, so the gradient repeats bit for bit
//
// One thread: all taps of 4 input and TILE_GROUPS * 4 output channels; it walks over PART_TILES tiles of
// TILE_H x TILE_W pixels of dy. All threads of a workgroup share the pixels of x, so with QUADS the lanes
// of a quad each load every fourth of them and show them to the others.
// Workgroup: the output channels along x, input channels along y, parts along z.
// FLOPs: 2 * BATCH * OUT_SIZE^2 * OUT * KERNEL^2 * IN.

@group(0) @binding(0) var<storage, read> x : array<$X>;
@group(0) @binding(1) var<storage, read> dy : array<$DY>;
@group(0) @binding(2) var<storage, read_write> parts : array<vec4f>;

@compute @workgroup_size($WORKGROUP)
fn main(
  @builtin(local_invocation_id) id : vec3u,
  @builtin(workgroup_id) place : vec3u,
#if QUADS
  @builtin(subgroup_invocation_id) lane : u32,
#end
) {
  let group = min(id.x * ${TILE_GROUPS}u, ${OUT_GROUPS - TILE_GROUPS}u);
  let c = place.y;
  let part = place.z;
#for k in 0..KERNEL*KERNEL
#for r in 0..4
#for g in 0..TILE_GROUPS
  var sum${k}_${r}_$g = vec4f();
#end
#end
#end
  let end = min(${TILES}u, (part + 1u) * ${PART_TILES}u);
  for (var tile = part * ${PART_TILES}u; tile < end; tile++) {
    let image = tile / ${TILES_X * TILES_Y}u;
    let oy = tile / ${TILES_X}u % ${TILES_Y}u * ${TILE_H}u;
    let ox = tile % ${TILES_X}u * ${TILE_W}u;
    let top = i32(oy) * $STRIDE - $PAD;
    let left = i32(ox) * $STRIDE - $PAD;
#if QUADS
    let mine = lane & 3u;
#for n in 0..(IN_TILE_H*IN_TILE_W+3)/4
    let at$n = mine + ${n * 4}u;
    let y$n = top + i32(at$n / ${IN_TILE_W}u);
    let x$n = left + i32(at$n % ${IN_TILE_W}u);
    let in$n = y$n >= 0 && y$n < $IN_SIZE && x$n >= 0 && x$n < $IN_SIZE;
    let from$n = (image * ${IN_SIZE}u + u32(clamp(y$n, 0, ${IN_SIZE - 1}))) * ${IN_SIZE}u + u32(clamp(x$n, 0, ${IN_SIZE - 1}));
    let loaded$n = select(vec4f(), $FROM_X(x[from$n * ${IN_GROUPS}u + c]), in$n);
#end
#for i in 0..IN_TILE_H
#for j in 0..IN_TILE_W
    let x${i}_$j = quadBroadcast(loaded${(i * IN_TILE_W + j) / 4}, ${(i * IN_TILE_W + j) % 4}u);
#end
#end
#else
#for i in 0..IN_TILE_H
    let row$i = (image * ${IN_SIZE}u + u32(clamp(top + $i, 0, ${IN_SIZE - 1}))) * ${IN_SIZE * IN_GROUPS}u + c;
    let down$i = top + $i >= 0 && top + $i < $IN_SIZE;
#end
#for j in 0..IN_TILE_W
    let column$j = u32(clamp(left + $j, 0, ${IN_SIZE - 1})) * ${IN_GROUPS}u;
    let across$j = left + $j >= 0 && left + $j < $IN_SIZE;
#end
#for i in 0..IN_TILE_H
#for j in 0..IN_TILE_W
    let x${i}_$j = select(vec4f(), $FROM_X(x[row$i + column$j]), down$i && across$j);
#end
#end
#end
    let start = ((image * ${OUT_SIZE}u + oy) * ${OUT_SIZE}u + ox) * ${OUT_GROUPS}u + group;
#for i in 0..TILE_H
#for j in 0..TILE_W
#for g in 0..TILE_GROUPS
    {
#if RAGGED
      let d = select(vec4f(), $FROM_DY(dy[start + ${(i * OUT_SIZE + j) * OUT_GROUPS + g}u]), oy + $i < ${OUT_SIZE}u && ox + $j < ${OUT_SIZE}u);
#else
      let d = $FROM_DY(dy[start + ${(i * OUT_SIZE + j) * OUT_GROUPS + g}u]);
#end
#for ky in 0..KERNEL
#for kx in 0..KERNEL
      sum${ky * KERNEL + kx}_0_$g = fma(vec4f(x${i * STRIDE + ky}_${j * STRIDE + kx}.x), d, sum${ky * KERNEL + kx}_0_$g);
      sum${ky * KERNEL + kx}_1_$g = fma(vec4f(x${i * STRIDE + ky}_${j * STRIDE + kx}.y), d, sum${ky * KERNEL + kx}_1_$g);
      sum${ky * KERNEL + kx}_2_$g = fma(vec4f(x${i * STRIDE + ky}_${j * STRIDE + kx}.z), d, sum${ky * KERNEL + kx}_2_$g);
      sum${ky * KERNEL + kx}_3_$g = fma(vec4f(x${i * STRIDE + ky}_${j * STRIDE + kx}.w), d, sum${ky * KERNEL + kx}_3_$g);
#end
#end
    }
#end
#end
#end
  }
  if (id.x >= ${OUT_GROUPS / TILE_GROUPS}u) { return; }
  let first = (part * ${KERNEL * KERNEL * IN_GROUPS * 4}u + c * 4u) * ${OUT_GROUPS}u + group;
#for k in 0..KERNEL*KERNEL
#for r in 0..4
#for g in 0..TILE_GROUPS
  parts[first + ${(k * IN_GROUPS * 4 + r) * OUT_GROUPS + g}u] = sum${k}_${r}_$g;
#end
#end
#end
}
