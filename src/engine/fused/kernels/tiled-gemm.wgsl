// Matrix product, tiles in workgroup memory: C = A * B, with either factor transposed.
//
// MODE 0: a [M, K], b [K, N]    MODE 1: a [M, K], b [N, K]    MODE 2: a [K, M], b [K, N]
// c  [PARTS, M, N]: each part the sum over its PART_K of the K; another kernel adds them
// All row lengths are multiples of 4.
//
// COSINES (MODE 0, one part): b's columns are class centres; c is divided by their lengths, and inverse
//   [N] gets 1 / max(length, 1e-12). Whoever loads a number of b adds its square, so lengths cost no load.
// TANGENT (MODE 2, one part): c - along[n] * centres[m, n]: the part of a centre's gradient along the
//   centre itself is taken away, since a unit vector cannot move along itself.
//
// Workgroup: ROWS by GROUPS * 4 columns, LANES * BANDS threads; column tiles along x, row tiles along y,
// parts along z.
// One thread: rows (MODE 2: fours of rows) band, band + BANDS, ... and groups lane, lane + LANES, ... of
// the tile. Each step is DEPTH of k. The next step's numbers are on their way while this one's are used.
// FLOPs: 2 * M * N * K. Read: a once a column tile, b once a row tile.

@group(0) @binding(0) var<storage, read> a : array<$A, ${M * K / 4}>;
@group(0) @binding(1) var<storage, read> b : array<vec4f, ${N * K / 4}>;
@group(0) @binding(2) var<storage, read_write> c : array<vec4f, ${PARTS * M * N / 4}>;
#if COSINES
@group(0) @binding(3) var<storage, read_write> inverse : array<vec4f, ${N / 4}>;
#end
#if TANGENT
@group(0) @binding(3) var<storage, read> along : array<vec4f, ${N / 4}>;
@group(0) @binding(4) var<storage, read> centres : array<vec4f, ${M * N / 4}>;
#end

#if MODE < 2
// [DEPTH / 4, ROWS + 2], four of k per vec4: with 2 to spare, threads that write one after the other
// meet different banks.
var<workgroup> left : array<vec4f, ${DEPTH / 4 * (ROWS + 2)}>;
#else
// [DEPTH, ROWS / 4].
var<workgroup> left : array<vec4f, ${DEPTH * ROWS / 4}>;
#end
#if MODE == 1
// [DEPTH / 4, 4, GROUPS + 1] and 2 to spare, four of k per vec4: the first, second, third and fourth
// column of every group lie together, since neighbouring threads read those of neighbouring groups.
var<workgroup> right : array<vec4f, ${DEPTH / 4 * (GROUPS * 4 + 6)}>;
#else
// [DEPTH, GROUPS]; with COSINES afterwards the squares, [THREADS / GROUPS, GROUPS].
var<workgroup> right : array<vec4f, $SHARES>;
#end

@compute @workgroup_size($THREADS)
fn main(@builtin(local_invocation_index) local : u32, @builtin(workgroup_id) place : vec3u) {
  let row = place.y * ${ROWS}u;
  let group = place.x * ${GROUPS}u;
  let begin = place.z * ${PART_K}u;
  let end = min(begin + ${PART_K}u, ${K}u);
  let lane = local % ${LANES}u;
  let band = local / ${LANES}u;
  // What this thread loads: the same rows and columns in every step.
#for n in 0..A_LOADS
#if MODE < 2
  let ownRow$n = (local + ${n * THREADS}u) / ${DEPTH / 4}u;
  let aFrom$n = min(row + ownRow$n, ${M - 1}u) * ${K / 4}u;
#else
  let aFrom$n = min(row / 4u + local % ${ROWS / 4}u, ${M / 4 - 1}u);
#end
#end
#for n in 0..B_LOADS
#if MODE == 1
  let ownColumn$n = (local + ${n * THREADS}u) / ${DEPTH / 4}u;
  let bFrom$n = min(group * 4u + ownColumn$n, ${N - 1}u) * ${K / 4}u;
#else
  let bFrom$n = min(group + local % ${GROUPS}u, ${N / 4 - 1}u);
#end
#end
#for i in 0..THREAD_ROWS
#for g in 0..THREAD_GROUPS
  var sum${i}_$g = vec4f();
#end
#end
#if COSINES
  var squares = vec4f();
#end
  let steps = (end - begin + ${DEPTH - 1}u) / ${DEPTH}u;
  for (var step = 0u; step <= steps; step++) {
#for n in 0..A_LOADS
    var a$n = vec4f();
#end
#for n in 0..B_LOADS
    var b$n = vec4f();
#end
    if (step < steps) {
      // Past the last k numbers of a are zero, and any of b will do, unless they are counted in a length.
      let first = begin + step * ${DEPTH}u;
#if MODE < 2
      let k = first + local % ${DEPTH / 4}u * 4u;
#for n in 0..A_LOADS
#if RAGGED
      if (k < end) { a$n = $FROM_A(a[aFrom$n + k / 4u]); }
#else
      a$n = $FROM_A(a[aFrom$n + k / 4u]);
#end
#end
#else
#for n in 0..A_LOADS
      {
        let k = first + (local + ${n * THREADS}u) / ${ROWS / 4}u;
#if RAGGED || (n + 1) * THREADS > DEPTH * ROWS / 4
        if (k < end) { a$n = $FROM_A(a[aFrom$n + k * ${M / 4}u]); }
#else
        a$n = $FROM_A(a[aFrom$n + k * ${M / 4}u]);
#end
      }
#end
#end
#for n in 0..B_LOADS
#if MODE == 1
      b$n = b[bFrom$n + min(k / 4u, ${K / 4 - 1}u)];
#else
      {
        let k = first + (local + ${n * THREADS}u) / ${GROUPS}u;
#if COSINES
#if (n + 1) * THREADS > DEPTH * GROUPS
        if (k < end && local + ${n * THREADS}u < ${DEPTH * GROUPS}u) { b$n = b[bFrom$n + k * ${N / 4}u]; }
#else
        if (k < end) { b$n = b[bFrom$n + k * ${N / 4}u]; }
#end
        squares = fma(b$n, b$n, squares);
#else
        b$n = b[bFrom$n + min(k, ${K - 1}u) * ${N / 4}u];
#end
      }
#end
#end
    }
    if (step > 0u) {
#if MODE < 2
#for q in 0..DEPTH/4
      {
#for i in 0..THREAD_ROWS
        let l$i = left[band + ${q * (ROWS + 2) + i * BANDS}u];
#end
#if MODE == 0
#for r in 0..4
        {
#for g in 0..THREAD_GROUPS
          let r$g = right[lane + ${(q * 4 + r) * GROUPS + g * LANES}u];
#end
#for i in 0..THREAD_ROWS
#for g in 0..THREAD_GROUPS
          sum${i}_$g = fma(vec4f(l$i[$r]), r$g, sum${i}_$g);
#end
#end
        }
#end
#else
#for g in 0..THREAD_GROUPS
#for r in 0..4
        {
          let r = right[lane + ${q * (GROUPS * 4 + 6) + r * (GROUPS + 1) + g * LANES}u];
#for i in 0..THREAD_ROWS
          sum${i}_$g[$r] = fma(l$i.w, r.w, fma(l$i.z, r.z, fma(l$i.y, r.y, fma(l$i.x, r.x, sum${i}_$g[$r]))));
#end
        }
#end
#end
#end
      }
#end
#else
#for k in 0..DEPTH
      {
#for i in 0..THREAD_ROWS/4
        let l$i = left[band + ${k * ROWS / 4 + i * BANDS}u];
#end
#for g in 0..THREAD_GROUPS
        let r$g = right[lane + ${k * GROUPS + g * LANES}u];
#end
#for i in 0..THREAD_ROWS
#for g in 0..THREAD_GROUPS
        sum${i}_$g = fma(vec4f(l${i / 4}[${i % 4}]), r$g, sum${i}_$g);
#end
#end
      }
#end
#end
    }
    if (step == steps) { break; }
    workgroupBarrier();
#for n in 0..A_LOADS
#if (n + 1) * THREADS > ROWS * DEPTH / 4
    if (local + ${n * THREADS}u < ${ROWS * DEPTH / 4}u) {
#else
    {
#end
#if MODE < 2
      left[local % ${DEPTH / 4}u * ${ROWS + 2}u + ownRow$n] = a$n;
#else
      left[local + ${n * THREADS}u] = a$n;
#end
    }
#end
#for n in 0..B_LOADS
#if (n + 1) * THREADS > DEPTH * GROUPS
    if (local + ${n * THREADS}u < ${DEPTH * GROUPS}u) {
#else
    {
#end
#if MODE == 1
      right[local % ${DEPTH / 4}u * ${GROUPS * 4 + 6}u + ownColumn$n % 4u * ${GROUPS + 1}u + ownColumn$n / 4u] = b$n;
#else
      right[local + ${n * THREADS}u] = b$n;
#end
    }
#end
    workgroupBarrier();
  }
#if COSINES
  workgroupBarrier();
  right[local] = squares;
  workgroupBarrier();
#for g in 0..THREAD_GROUPS
  var length$g = vec4f();
  for (var other = 0u; other < ${THREADS / GROUPS}u; other++) { length$g += right[other * ${GROUPS}u + lane + ${g * LANES}u]; }
  let inverse$g = 1.0 / max(sqrt(length$g), vec4f(1e-12));
#end
#end
#for g in 0..THREAD_GROUPS
#if N / 4 % GROUPS != 0
  if (group + lane + ${g * LANES}u < ${N / 4}u) {
#else
  {
#end
    let column = group + lane + ${g * LANES}u;
#if COSINES
    if (place.y == 0u && band == 0u) { inverse[column] = inverse$g; }
#end
#if TANGENT
    let less = along[column];
#end
#for i in 0..THREAD_ROWS
    {
#if MODE < 2
      let at = row + band + ${i * BANDS}u;
#else
      let at = row + (band + ${i / 4 * BANDS}u) * 4u + ${i % 4}u;
#end
#if M % ROWS != 0
      if (at < ${M}u) {
#else
      {
#end
#if COSINES
        c[at * ${N / 4}u + column] = sum${i}_$g * inverse$g;
#end
#if TANGENT
        c[at * ${N / 4}u + column] = sum${i}_$g - less * centres[at * ${N / 4}u + column];
#end
#if !COSINES && !TANGENT
        c[(place.z * ${M}u + at) * ${N / 4}u + column] = sum${i}_$g;
#end
      }
    }
#end
  }
#end
}
