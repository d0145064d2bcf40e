// Convolution forward as a matrix product, tiles in workgroup memory: for GPUs that have such a memory.
//
// y[p, co] = sum over k of patch[p, k] * w[k, co]
// where p counts output pixels (b, oy, ox), k counts (ky, kx, ci), and patch[p, k] is
// x[b, oy*STRIDE + ky - PAD, ox*STRIDE + kx - PAD, ci], which is never written down.
//
// x      [BATCH, IN_SIZE, IN_SIZE, IN_GROUPS * 4], four channels per vec4
// w      [KERNEL, KERNEL, IN_GROUPS * 4, OUT_GROUPS * 4]
// y      [BATCH, OUT_SIZE, OUT_SIZE, OUT_GROUPS * 4]
// stats  [TILES, 2, OUT_GROUPS * 4]: mean of a tile's outputs, and the sum of their squared distances
//        from it, for batch norm (with STATS). Tile t has pixels t*ROWS up to (t + 1)*ROWS or the last.
//
// Workgroup: ROWS pixels by GROUPS * 4 channels, LANES * BANDS threads; column tiles along x, so that
// neighbours read the same pixels, and pixel tiles along y and, where they are too many, z.
// One thread: pixels band, band + BANDS, ... and groups lane, lane + LANES, ... of the tile, so that
// neighbouring threads touch neighbouring vec4s.
// Each step is DEPTH of k. The next step's numbers are on their way while this one's are used.
// FLOPs: 2 * PIXELS * OUT * KERNEL^2 * IN. Read: patches once a column tile, weights once a pixel tile.

@group(0) @binding(0) var<storage, read> x : array<$X, ${BATCH * IN_SIZE * IN_SIZE * IN_GROUPS}>;
@group(0) @binding(1) var<storage, read> w : array<vec4f, ${K * OUT_GROUPS}>;
@group(0) @binding(2) var<storage, read_write> y : array<$Y, ${PIXELS * OUT_GROUPS}>;
#if STATS
@group(0) @binding(3) var<storage, read_write> stats : array<vec4f, ${TILES * 2 * OUT_GROUPS}>;
#end

// [DEPTH / 4, ROWS + 2], four of k per vec4: with 2 to spare, threads that write one after the other
// meet different banks.
var<workgroup> patches : array<vec4f, ${DEPTH / 4 * (ROWS + 2)}>;
// [DEPTH, GROUPS]; afterwards the bands' sums, [BANDS, GROUPS].
var<workgroup> weights : array<vec4f, $SHARES>;

@compute @workgroup_size($THREADS)
fn main(@builtin(local_invocation_index) local : u32, @builtin(workgroup_id) place : vec3u) {
  let tile = place.y + place.z * ${TILES_Y}u;
#if TILES % TILES_Y != 0
  if (tile >= ${TILES}u) { return; }
#end
  let row = tile * ${ROWS}u;
  let group = place.x * ${GROUPS}u;
  let lane = local % ${LANES}u;
  let band = local / ${LANES}u;
  // What this thread loads: the same four of every step's k, of pixels that stay the same.
  let quad = local % ${DEPTH / 4}u;
#for n in 0..PATCH_LOADS
  let own$n = (local + ${n * THREADS}u) / ${DEPTH / 4}u;
  let pixel$n = min(row + own$n, ${PIXELS - 1}u);
  // Beyond the upper or left border these wrap to huge numbers, which are not below IN_SIZE either.
  let top$n = pixel$n / ${OUT_SIZE}u % ${OUT_SIZE}u * ${STRIDE}u - ${PAD}u;
  let side$n = pixel$n % ${OUT_SIZE}u * ${STRIDE}u - ${PAD}u;
  let from$n = ((pixel$n / ${OUT_SIZE * OUT_SIZE}u * ${IN_SIZE}u + top$n) * ${IN_SIZE}u + side$n) * ${IN_GROUPS}u;
#end
  let column = min(group + local % ${GROUPS}u, ${OUT_GROUPS - 1}u);
#for i in 0..THREAD_ROWS
#for g in 0..THREAD_GROUPS
  var sum${i}_$g = vec4f();
#end
#end
  for (var step = 0u; step <= ${STEPS}u; step++) {
#for n in 0..PATCH_LOADS
    var patch$n = vec4f();
#end
#for n in 0..WEIGHT_LOADS
    var weight$n = vec4f();
#end
    if (step < ${STEPS}u) {
      let first = step * ${DEPTH / 4}u;
#if IN_GROUPS % (DEPTH / 4) == 0
      // All of the step's k are of one tap.
      let tap = first / ${IN_GROUPS}u;
      let c = first % ${IN_GROUPS}u + quad;
#else
      let tap = (first + quad) / ${IN_GROUPS}u;
      let c = (first + quad) % ${IN_GROUPS}u;
#end
      let ky = tap / ${KERNEL}u;
      let kx = tap % ${KERNEL}u;
      let away = (ky * ${IN_SIZE}u + kx) * ${IN_GROUPS}u + c;
#for n in 0..PATCH_LOADS
      if (top$n + ky < ${IN_SIZE}u && side$n + kx < ${IN_SIZE}u && tap < ${KERNEL * KERNEL}u) {
        patch$n = $FROM_X(x[from$n + away]);
      }
#end
#for n in 0..WEIGHT_LOADS
      // Past the last k the patches are zero, and any weight will do.
      weight$n = w[min(first * 4u + (local + ${n * THREADS}u) / ${GROUPS}u, ${K - 1}u) * ${OUT_GROUPS}u + column];
#end
    }
    if (step > 0u) {
#for q in 0..DEPTH/4
      {
#for i in 0..THREAD_ROWS
        let a$i = patches[band + ${q * (ROWS + 2) + i * BANDS}u];
#end
#for r in 0..4
        {
#for g in 0..THREAD_GROUPS
          let b$g = weights[lane + ${(q * 4 + r) * GROUPS + g * LANES}u];
#end
#for i in 0..THREAD_ROWS
#for g in 0..THREAD_GROUPS
          sum${i}_$g = fma(vec4f(a$i[$r]), b$g, sum${i}_$g);
#end
#end
        }
#end
      }
#end
    }
    if (step == ${STEPS}u) { break; }
    workgroupBarrier();
#for n in 0..PATCH_LOADS
#if (n + 1) * THREADS > ROWS * DEPTH / 4
    if (own$n < ${ROWS}u) {
#else
    {
#end
      patches[quad * ${ROWS + 2}u + own$n] = patch$n;
    }
#end
#for n in 0..WEIGHT_LOADS
#if (n + 1) * THREADS > DEPTH * GROUPS
    if (local + ${n * THREADS}u < ${DEPTH * GROUPS}u) {
#else
    {
#end
      weights[local + ${n * THREADS}u] = weight$n;
    }
#end
    workgroupBarrier();
  }
#for i in 0..THREAD_ROWS
#if PIXELS % ROWS != 0
  let in$i = row + band + ${i * BANDS}u < ${PIXELS}u;
#else
  const in$i = true;
#end
#end
#for g in 0..THREAD_GROUPS
#if OUT_GROUPS % GROUPS != 0
  let holds$g = group + lane + ${g * LANES}u < ${OUT_GROUPS}u;
#else
  const holds$g = true;
#end
#end
#for i in 0..THREAD_ROWS
#for g in 0..THREAD_GROUPS
  if (in$i && holds$g) { y[(row + band + ${i * BANDS}u) * ${OUT_GROUPS}u + group + lane + ${g * LANES}u] = $TO_Y(sum${i}_$g); }
#end
#end
#if STATS
  // The mean first and then the distances from it, both over the bands in their order: nothing cancels,
  // and the numbers are still at hand.
#for g in 0..THREAD_GROUPS
  var total$g = vec4f();
#for i in 0..THREAD_ROWS
  total$g += select(vec4f(), sum${i}_$g, in$i);
#end
#end
  workgroupBarrier();
#for g in 0..THREAD_GROUPS
  weights[band * ${GROUPS}u + lane + ${g * LANES}u] = total$g;
#end
  workgroupBarrier();
#for g in 0..THREAD_GROUPS
  var mean$g = vec4f();
  for (var other = 0u; other < ${BANDS}u; other++) { mean$g += weights[other * ${GROUPS}u + lane + ${g * LANES}u]; }
#if PIXELS % ROWS != 0
  mean$g *= 1.0 / f32(min(${ROWS}u, ${PIXELS}u - row));
#else
  mean$g *= 1.0 / ${ROWS}.0;
#end
  var squares$g = vec4f();
#for i in 0..THREAD_ROWS
  {
    let apart = select(vec4f(), sum${i}_$g - mean$g, in$i);
    squares$g = fma(apart, apart, squares$g);
  }
#end
#end
  workgroupBarrier();
#for g in 0..THREAD_GROUPS
  weights[band * ${GROUPS}u + lane + ${g * LANES}u] = squares$g;
#end
  workgroupBarrier();
  if (band > 0u) { return; }
#for g in 0..THREAD_GROUPS
  if (holds$g) {
    var all = vec4f();
    for (var other = 0u; other < ${BANDS}u; other++) { all += weights[other * ${GROUPS}u + lane + ${g * LANES}u]; }
    let to = tile * ${2 * OUT_GROUPS}u + group + lane + ${g * LANES}u;
    stats[to] = mean$g;
    stats[to + ${OUT_GROUPS}u] = all;
  }
#end
#end
}
