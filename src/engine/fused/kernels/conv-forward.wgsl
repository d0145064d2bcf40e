// Convolution forward, tile in registers.
//
// y[b, oy, ox, co] = sum over ky, kx, ci of x[b, oy*STRIDE + ky - PAD, ox*STRIDE + kx - PAD, ci] * w[ky, kx, ci, co]
//
// x      [BATCH, IN_SIZE, IN_SIZE, IN_GROUPS * 4], four channels per vec4
// w      [KERNEL, KERNEL, IN_GROUPS * 4, OUT_GROUPS * 4]
// y      [BATCH, OUT_SIZE, OUT_SIZE, OUT_GROUPS * 4]
// stats  [tiles, 2, OUT_GROUPS * 4]: mean of a tile's outputs, and the sum of their squared distances
//        from it, for batch norm (with STATS)
//
// One thread: TILE_H x TILE_W output pixels of TILE_GROUPS * 4 channels. A loaded pixel serves every tap
// and channel of the tile, a loaded weight every pixel. All threads of a workgroup work on the same
// channels, so with QUADS the four lanes of a quad each load one input channel's weights and show them
// to the others.
// Workgroup: WORKGROUP tiles along x, the channel tile along y.
// FLOPs: 2 * BATCH * OUT_SIZE^2 * OUT * KERNEL^2 * IN.

@group(0) @binding(0) var<storage, read> x : array<$X>;
@group(0) @binding(1) var<storage, read> w : array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y : array<$Y>;
#if STATS
@group(0) @binding(3) var<storage, read_write> stats : array<vec4f>;
#end

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
  let top = i32(tile / ${TILES_X}u % ${TILES_Y}u) * ${TILE_H * STRIDE} - $PAD;
  let left = i32(tile % ${TILES_X}u) * ${TILE_W * STRIDE} - $PAD;
  let source = image * ${IN_SIZE * IN_SIZE * IN_GROUPS}u;
#for i in 0..IN_TILE_H
  let row$i = source + u32(clamp(top + $i, 0, ${IN_SIZE - 1})) * ${IN_SIZE * IN_GROUPS}u;
  let down$i = top + $i >= 0 && top + $i < $IN_SIZE;
#end
#for j in 0..IN_TILE_W
  let column$j = u32(clamp(left + $j, 0, ${IN_SIZE - 1})) * ${IN_GROUPS}u;
  let across$j = left + $j >= 0 && left + $j < $IN_SIZE;
#end
#for i in 0..TILE_H
#for j in 0..TILE_W
#for g in 0..TILE_GROUPS
  var sum${i}_${j}_$g = vec4f();
#end
#end
#end
  for (var c = 0u; c < ${IN_GROUPS}u; c++) {
#for i in 0..IN_TILE_H
#for j in 0..IN_TILE_W
    let x${i}_$j = select(vec4f(), $FROM_X(x[row$i + column$j + c]), down$i && across$j);
#end
#end
#for ky in 0..KERNEL
#for kx in 0..KERNEL
    {
      let at = (${(ky * KERNEL + kx) * IN_GROUPS * 4}u + c * 4u) * ${OUT_GROUPS}u + group;
#for g in 0..TILE_GROUPS
#if QUADS
      let mine$g = w[at + (lane & 3u) * ${OUT_GROUPS}u + $g];
      let w0_$g = quadBroadcast(mine$g, 0u);
      let w1_$g = quadBroadcast(mine$g, 1u);
      let w2_$g = quadBroadcast(mine$g, 2u);
      let w3_$g = quadBroadcast(mine$g, 3u);
#else
      let w0_$g = w[at + $g];
      let w1_$g = w[at + ${OUT_GROUPS + g}];
      let w2_$g = w[at + ${2 * OUT_GROUPS + g}];
      let w3_$g = w[at + ${3 * OUT_GROUPS + g}];
#end
#end
#for i in 0..TILE_H
#for j in 0..TILE_W
#for g in 0..TILE_GROUPS
      sum${i}_${j}_$g = fma(vec4f(x${i * STRIDE + ky}_${j * STRIDE + kx}.x), w0_$g, sum${i}_${j}_$g);
      sum${i}_${j}_$g = fma(vec4f(x${i * STRIDE + ky}_${j * STRIDE + kx}.y), w1_$g, sum${i}_${j}_$g);
      sum${i}_${j}_$g = fma(vec4f(x${i * STRIDE + ky}_${j * STRIDE + kx}.z), w2_$g, sum${i}_${j}_$g);
      sum${i}_${j}_$g = fma(vec4f(x${i * STRIDE + ky}_${j * STRIDE + kx}.w), w3_$g, sum${i}_${j}_$g);
#end
#end
#end
    }
#end
#end
  }
  if (id.x >= ${TILES}u) { return; }
  let oy = tile / ${TILES_X}u % ${TILES_Y}u * ${TILE_H}u;
  let ox = tile % ${TILES_X}u * ${TILE_W}u;
#for i in 0..TILE_H
#for j in 0..TILE_W
#if RAGGED
  if (oy + $i < ${OUT_SIZE}u && ox + $j < ${OUT_SIZE}u) {
#else
  {
#end
    let at = ((image * ${OUT_SIZE}u + oy + $i) * ${OUT_SIZE}u + ox + $j) * ${OUT_GROUPS}u + group;
#for g in 0..TILE_GROUPS
    y[at + $g] = $TO_Y(sum${i}_${j}_$g);
#end
  }
#end
#end
#if STATS
#if RAGGED
  let height = min(${TILE_H}u, ${OUT_SIZE}u - oy);
  let width = min(${TILE_W}u, ${OUT_SIZE}u - ox);
  let share = 1.0 / f32(height * width);
#for i in 0..TILE_H
#for j in 0..TILE_W
  let in${i}_$j = select(0.0, 1.0, $i < height && $j < width);
#end
#end
#else
  const share = 1.0 / f32(${TILE_H * TILE_W});
#for i in 0..TILE_H
#for j in 0..TILE_W
  const in${i}_$j = 1.0;
#end
#end
#end
#for g in 0..TILE_GROUPS
  {
    var mean = vec4f();
#for i in 0..TILE_H
#for j in 0..TILE_W
    mean += in${i}_$j * sum${i}_${j}_$g;
#end
#end
    mean *= share;
    var squares = vec4f();
#for i in 0..TILE_H
#for j in 0..TILE_W
    squares += in${i}_$j * (sum${i}_${j}_$g - mean) * (sum${i}_${j}_$g - mean);
#end
#end
    stats[tile * ${2 * OUT_GROUPS}u + group + $g] = mean;
    stats[tile * ${2 * OUT_GROUPS}u + ${OUT_GROUPS}u + group + $g] = squares;
  }
#end
#end
}
