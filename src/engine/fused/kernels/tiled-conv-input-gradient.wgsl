// Gradient of a convolution's input as a matrix product, tiles in workgroup memory.
//
// dx[b, iy, ix, ci] = sum over ky, kx, co of dy[b, oy, ox, co] * w[ky, kx, ci, co]
// where oy * STRIDE + ky - PAD = iy, and the same across: only taps that fit the stride take part.
//
// dy  [BATCH, OUT_SIZE, OUT_SIZE, OUT_GROUPS * 4], four channels per vec4
// w   [KERNEL, KERNEL, IN_GROUPS * 4, OUT_GROUPS * 4]
// dx  [BATCH, IN_SIZE, IN_SIZE, IN_GROUPS * 4]; with ADD the gradient is added to what is there
//
// With STRIDE 2 a pixel's row and column, each even or odd, decide which taps reach it. A workgroup has
// pixels of one such phase only, and its k counts (tap of the phase, co): nothing is multiplied in vain.
// A phase has SIDE * SIDE pixels an image; of an odd IN_SIZE some are outside and not written.
//
// Workgroup: ROWS pixels by GROUPS * 4 input channels, LANES * BANDS threads; column tiles along x, pixel
// tiles along y and, where they are too many, z, and phases along z, the one with the most taps first.
// One thread: pixels band, band + BANDS, ... and groups lane, lane + LANES, ... of the tile.
// Each step is DEPTH of k. The next step's numbers are on their way while this one's are used.
// FLOPs: 2 * BATCH * OUT_SIZE^2 * OUT * KERNEL^2 * IN. Read: dy at most KERNEL^2 / STRIDE^2 times a
// column tile, the neighbours from a cache, and the weights once a pixel tile.

@group(0) @binding(0) var<storage, read> dy : array<$DY, ${BATCH * OUT_SIZE * OUT_SIZE * OUT_GROUPS}>;
@group(0) @binding(1) var<storage, read> w : array<vec4f, ${KERNEL * KERNEL * IN_GROUPS * 4 * OUT_GROUPS}>;
@group(0) @binding(2) var<storage, read_write> dx : array<$DX, ${BATCH * IN_SIZE * IN_SIZE * IN_GROUPS}>;

// [DEPTH / 4, ROWS + 2], four of k per vec4: with 2 to spare, threads that write one after the other
// meet different banks.
var<workgroup> patches : array<vec4f, ${DEPTH / 4 * (ROWS + 2)}>;
// [DEPTH / 4, 4, GROUPS + 1] and 2 to spare, four of k per vec4: the first, second, third and fourth
// channel of every group lie together, since neighbouring threads read those of neighbouring groups.
var<workgroup> weights : array<vec4f, ${DEPTH / 4 * (GROUPS * 4 + 6)}>;

@compute @workgroup_size($THREADS)
fn main(@builtin(local_invocation_index) local : u32, @builtin(workgroup_id) place : vec3u) {
  let tile = place.y + place.z / ${PHASES}u * ${TILES_Y}u;
#if TILES % TILES_Y != 0
  if (tile >= ${TILES}u) { return; }
#end
#if STRIDE == 1
  const down = 0u;
  const across = 0u;
  const firstY = 0u;
  const firstX = 0u;
  const tapsX = ${KERNEL}u;
  const taps = ${KERNEL * KERNEL}u;
#else
  let phase = ${PHASES - 1}u - place.z % ${PHASES}u;
  let down = phase / 2u;
  let across = phase % 2u;
  let firstY = (down + ${PAD}u) % 2u;
  let firstX = (across + ${PAD}u) % 2u;
  let tapsX = (${KERNEL + 1}u - firstX) / 2u;
  let taps = (${KERNEL + 1}u - firstY) / 2u * tapsX;
#end
  let row = tile * ${ROWS}u;
  let group = place.x * ${GROUPS}u;
  let lane = local % ${LANES}u;
  let band = local / ${LANES}u;
  // What this thread loads: the same four of every step's k, of pixels and channels that stay the same.
  let quad = local % ${DEPTH / 4}u;
#for n in 0..PATCH_LOADS
  let own$n = (local + ${n * THREADS}u) / ${DEPTH / 4}u;
  let pixel$n = min(row + own$n, ${BATCH * SIDE * SIDE - 1}u);
  // Row and column of dy that the first tap takes; later taps take earlier ones.
  let top$n = pixel$n / ${SIDE}u % ${SIDE}u + (down + ${PAD}u - firstY) / ${STRIDE}u;
  let side$n = pixel$n % ${SIDE}u + (across + ${PAD}u - firstX) / ${STRIDE}u;
  let from$n = ((pixel$n / ${SIDE * SIDE}u * ${OUT_SIZE}u + top$n) * ${OUT_SIZE}u + side$n) * ${OUT_GROUPS}u;
#end
#for n in 0..WEIGHT_LOADS
  let channel$n = (local + ${n * THREADS}u) / ${DEPTH / 4}u;
  let start$n = min(group * 4u + channel$n, ${IN_GROUPS * 4 - 1}u) * ${OUT_GROUPS}u;
#end
#for i in 0..THREAD_ROWS
#for g in 0..THREAD_GROUPS
  var sum${i}_$g = vec4f();
#end
#end
  let steps = (taps * ${OUT_GROUPS}u + ${DEPTH / 4 - 1}u) / ${DEPTH / 4}u;
  for (var step = 0u; step <= steps; step++) {
#for n in 0..PATCH_LOADS
    var patch$n = vec4f();
#end
#for n in 0..WEIGHT_LOADS
    var weight$n = vec4f();
#end
    if (step < steps) {
      let first = step * ${DEPTH / 4}u;
#if OUT_GROUPS % (DEPTH / 4) == 0
      // All of the step's k are of one tap.
      let tap = first / ${OUT_GROUPS}u;
      let c = first % ${OUT_GROUPS}u + quad;
#else
      let tap = (first + quad) / ${OUT_GROUPS}u;
      let c = (first + quad) % ${OUT_GROUPS}u;
#end
#if STRIDE == 1
      let up = tap / tapsX;
      let back = tap % tapsX;
#else
      // Divided by 1 or 2.
      let up = tap >> (tapsX / 2u);
      let back = tap & (tapsX / 2u);
#end
      let away = c - (up * ${OUT_SIZE}u + back) * ${OUT_GROUPS}u;
      let at = ((firstY + up * ${STRIDE}u) * ${KERNEL}u + firstX + back * ${STRIDE}u) * ${IN_GROUPS * 4 * OUT_GROUPS}u + c;
      if (tap < taps) {
#for n in 0..PATCH_LOADS
        // Beyond the upper or left border these wrap to huge numbers, which are not below OUT_SIZE either.
        if (top$n - up < ${OUT_SIZE}u && side$n - back < ${OUT_SIZE}u) { patch$n = $FROM_DY(dy[from$n + away]); }
#end
#for n in 0..WEIGHT_LOADS
        weight$n = w[start$n + at];
#end
      }
    }
    if (step > 0u) {
#for q in 0..DEPTH/4
      {
#for i in 0..THREAD_ROWS
        let a$i = patches[band + ${q * (ROWS + 2) + i * BANDS}u];
#end
#for g in 0..THREAD_GROUPS
#for r in 0..4
        {
          let b = weights[lane + ${q * (GROUPS * 4 + 6) + r * (GROUPS + 1) + g * LANES}u];
#for i in 0..THREAD_ROWS
          sum${i}_$g[$r] = fma(a$i.w, b.w, fma(a$i.z, b.z, fma(a$i.y, b.y, fma(a$i.x, b.x, sum${i}_$g[$r]))));
#end
        }
#end
#end
      }
#end
    }
    if (step == steps) { break; }
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
#if (n + 1) * THREADS > GROUPS * DEPTH
    if (channel$n < ${GROUPS * 4}u) {
#else
    {
#end
      weights[quad * ${GROUPS * 4 + 6}u + channel$n % 4u * ${GROUPS + 1}u + channel$n / 4u] = weight$n;
    }
#end
    workgroupBarrier();
  }
#for i in 0..THREAD_ROWS
  {
    let pixel = row + band + ${i * BANDS}u;
    let iy = pixel / ${SIDE}u % ${SIDE}u * ${STRIDE}u + down;
    let ix = pixel % ${SIDE}u * ${STRIDE}u + across;
    let to = ((pixel / ${SIDE * SIDE}u * ${IN_SIZE}u + iy) * ${IN_SIZE}u + ix) * ${IN_GROUPS}u + group + lane;
#if BATCH * SIDE * SIDE % ROWS != 0 || IN_SIZE % STRIDE != 0
    if (pixel < ${BATCH * SIDE * SIDE}u && iy < ${IN_SIZE}u && ix < ${IN_SIZE}u) {
#else
    {
#end
#for g in 0..THREAD_GROUPS
#if IN_GROUPS % GROUPS != 0
      if (group + lane + ${g * LANES}u < ${IN_GROUPS}u) {
#else
      {
#end
#if ADD
        dx[to + ${g * LANES}u] = $TO_DX($FROM_DX(dx[to + ${g * LANES}u]) + sum${i}_$g);
#else
        dx[to + ${g * LANES}u] = $TO_DX(sum${i}_$g);
#end
      }
#end
    }
  }
#end
}
