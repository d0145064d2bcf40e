// Gradient of a convolution's filter as a matrix product, split over the pixels, tiles in workgroup memory.
//
// dw[m, co] = sum over p of patch[p, m] * dy[p, co]
// where m counts (ky, kx, ci), p counts output pixels (b, oy, ox), and patch[p, m] is
// x[b, oy*STRIDE + ky - PAD, ox*STRIDE + kx - PAD, ci], which is never written down.
//
// x      [BATCH, IN_SIZE, IN_SIZE, IN_GROUPS * 4], four channels per vec4
// dy     [BATCH, OUT_SIZE, OUT_SIZE, OUT_GROUPS * 4]
// parts  [PARTS, KERNEL, KERNEL, IN_GROUPS * 4, OUT_GROUPS * 4]: every part is the sum over its own
//        PART_PIXELS, a multiple of DEPTH; another kernel adds them, in one order, so the gradient repeats
//        bit for bit
//
// Workgroup: ROWS of m by GROUPS * 4 output channels, LANES * BANDS threads; column tiles along x, row
// tiles along y, parts along z.
// One thread: fours of m band, band + BANDS, ... and groups lane, lane + LANES, ... of the tile.
// Each step is DEPTH pixels. The next step's numbers are on their way while this one's are used.
// FLOPs: 2 * PIXELS * OUT * KERNEL^2 * IN. Read: patches once a column tile, dy once a row tile.

@group(0) @binding(0) var<storage, read> x : array<$X, ${BATCH * IN_SIZE * IN_SIZE * IN_GROUPS}>;
@group(0) @binding(1) var<storage, read> dy : array<$DY, ${PIXELS * OUT_GROUPS}>;
@group(0) @binding(2) var<storage, read_write> parts : array<vec4f, ${PARTS * M * OUT_GROUPS}>;

// [DEPTH, ROWS / 4] and [DEPTH, GROUPS]: written as they are read, one vec4 after the other.
var<workgroup> patches : array<vec4f, ${DEPTH * ROWS / 4}>;
var<workgroup> gradients : array<vec4f, ${DEPTH * GROUPS}>;

@compute @workgroup_size($THREADS)
fn main(@builtin(local_invocation_index) local : u32, @builtin(workgroup_id) place : vec3u) {
  let row = place.y * ${ROWS / 4}u;
  let group = place.x * ${GROUPS}u;
  let begin = place.z * ${PART_PIXELS}u;
  let end = min(begin + ${PART_PIXELS}u, ${PIXELS}u);
  let lane = local % ${LANES}u;
  let band = local / ${LANES}u;
  // What this thread loads: the same tap and channels in every step, and the same column of dy.
  let own = min(row + local % ${ROWS / 4}u, ${M / 4 - 1}u);
  let tap = own / ${IN_GROUPS}u;
  let c = own % ${IN_GROUPS}u;
  // For the first row and column these wrap below zero; added to a pixel's they are right again.
  let ky = tap / ${KERNEL}u - ${PAD}u;
  let kx = tap % ${KERNEL}u - ${PAD}u;
  let column = min(group + local % ${GROUPS}u, ${OUT_GROUPS - 1}u);
#for i in 0..THREAD_ROWS
#for g in 0..THREAD_GROUPS
  var sum${i}_$g = vec4f();
#end
#end
  let steps = (end - begin + ${DEPTH - 1}u) / ${DEPTH}u;
  for (var step = 0u; step <= steps; step++) {
#for n in 0..PATCH_LOADS
    var patch$n = vec4f();
#end
#for n in 0..GRADIENT_LOADS
    var gradient$n = vec4f();
#end
    if (step < steps) {
      let first = begin + step * ${DEPTH}u;
#for n in 0..PATCH_LOADS
      {
        let pixel = first + (local + ${n * THREADS}u) / ${ROWS / 4}u;
        let iy = pixel / ${OUT_SIZE}u % ${OUT_SIZE}u * ${STRIDE}u + ky;
        let ix = pixel % ${OUT_SIZE}u * ${STRIDE}u + kx;
#if PIXELS % DEPTH != 0 || (n + 1) * THREADS > DEPTH * ROWS / 4
        if (iy < ${IN_SIZE}u && ix < ${IN_SIZE}u && pixel < ${PIXELS}u) {
#else
        if (iy < ${IN_SIZE}u && ix < ${IN_SIZE}u) {
#end
          patch$n = $FROM_X(x[((pixel / ${OUT_SIZE * OUT_SIZE}u * ${IN_SIZE}u + iy) * ${IN_SIZE}u + ix) * ${IN_GROUPS}u + c]);
        }
      }
#end
#for n in 0..GRADIENT_LOADS
      // Past the last pixel the patches are zero, and any gradient will do.
      gradient$n = $FROM_DY(dy[min(first + (local + ${n * THREADS}u) / ${GROUPS}u, ${PIXELS - 1}u) * ${OUT_GROUPS}u + column]);
#end
    }
    if (step > 0u) {
#for k in 0..DEPTH
      {
#for i in 0..THREAD_ROWS/4
        let a$i = patches[band + ${k * ROWS / 4 + i * BANDS}u];
#end
#for g in 0..THREAD_GROUPS
        let b$g = gradients[lane + ${k * GROUPS + g * LANES}u];
#end
#for i in 0..THREAD_ROWS
#for g in 0..THREAD_GROUPS
        sum${i}_$g = fma(vec4f(a${i / 4}[${i % 4}]), b$g, sum${i}_$g);
#end
#end
      }
#end
    }
    if (step == steps) { break; }
    workgroupBarrier();
#for n in 0..PATCH_LOADS
#if (n + 1) * THREADS > DEPTH * ROWS / 4
    if (local + ${n * THREADS}u < ${DEPTH * ROWS / 4}u) {
#else
    {
#end
      patches[local + ${n * THREADS}u] = patch$n;
    }
#end
#for n in 0..GRADIENT_LOADS
#if (n + 1) * THREADS > DEPTH * GROUPS
    if (local + ${n * THREADS}u < ${DEPTH * GROUPS}u) {
#else
    {
#end
      gradients[local + ${n * THREADS}u] = gradient$n;
    }
#end
    workgroupBarrier();
  }
#for i in 0..THREAD_ROWS/4
#if M % ROWS != 0
  if (row + band + ${i * BANDS}u < ${M / 4}u) {
#else
  {
#end
    let to = (place.z * ${M}u + (row + band + ${i * BANDS}u) * 4u) * ${OUT_GROUPS}u + group + lane;
#for g in 0..THREAD_GROUPS
#if OUT_GROUPS % GROUPS != 0
    if (group + lane + ${g * LANES}u < ${OUT_GROUPS}u) {
#else
    {
#end
#for r in 0..4
      parts[to + ${r * OUT_GROUPS + g * LANES}u] = sum${i * 4 + r}_$g;
#end
    }
#end
  }
#end
}
