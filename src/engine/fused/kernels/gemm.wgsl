// Matrix product, tile in registers: C = A * B, with either factor transposed.
//
// MODE 0: a [M, K], b [K, N]    MODE 1: a [M, K], b [N, K]    MODE 2: a [K, M], b [K, N]
// c  [PARTS, M, N]: each part the sum over its PART_K of the K; another kernel adds them
// All row lengths are multiples of 4.
//
// COSINES (MODE 0): b's columns are class centres; c is divided by their lengths, and inverse [N] gets
//   1 / max(length, 1e-12). A thread reads whole columns anyway, so their lengths cost it no load.
// TANGENT (MODE 2): c - along[n] * centres[m, n]: the part of a centre's gradient along the centre itself
//   is taken away, since a unit vector cannot along itself.
//
// One thread: TILE_M rows and TILE_GROUPS * 4 columns. All threads of a workgroup share their rows, so
// with QUADS the lanes of a quad each load a fourth of a's numbers and show them to the others.
// Workgroup: column tiles along x, row tiles along y, parts along z. FLOPs: 2 * M * N * K.

@group(0) @binding(0) var<storage, read> a : array<$A>;
@group(0) @binding(1) var<storage, read> b : array<vec4f>;
@group(0) @binding(2) var<storage, read_write> c : array<vec4f>;
#if COSINES
@group(0) @binding(3) var<storage, read_write> inverse : array<vec4f>;
#end
#if TANGENT
@group(0) @binding(3) var<storage, read> along : array<vec4f>;
@group(0) @binding(4) var<storage, read> centres : array<vec4f>;
#end

@compute @workgroup_size($WORKGROUP)
fn main(
  @builtin(global_invocation_id) id : vec3u,
  @builtin(workgroup_id) place : vec3u,
#if QUADS
  @builtin(subgroup_invocation_id) lane : u32,
#end
) {
  let group = min(id.x * ${TILE_GROUPS}u, ${N / 4 - TILE_GROUPS}u);
  let row = place.y * ${TILE_M}u;
  let first = place.z * ${PART_K}u;
  let end = min(${K}u, first + ${PART_K}u);
#if QUADS
  let mine = lane & 3u;
#end
#for i in 0..TILE_M
#for g in 0..TILE_GROUPS
  var sum${i}_$g = vec4f();
#end
#end
#if COSINES
#for g in 0..TILE_GROUPS
  var squares$g = vec4f();
#end
#end
#if MODE < 2
  for (var k = first; k < end; k += 4u) {
#if QUADS
#for i in 0..TILE_M/4
    let own$i = $FROM_A(a[min(row + ${i * 4}u + mine, ${M - 1}u) * ${K / 4}u + k / 4u]);
#for l in 0..4
    let a${i * 4 + l} = quadBroadcast(own$i, ${l}u);
#end
#end
#else
#for i in 0..TILE_M
    let a$i = $FROM_A(a[min(row + ${i}u, ${M - 1}u) * ${K / 4}u + k / 4u]);
#end
#end
#if MODE == 0
#for r in 0..4
    {
#for g in 0..TILE_GROUPS
      let b$g = b[(k + ${r}u) * ${N / 4}u + group + ${g}u];
#if COSINES
      squares$g = fma(b$g, b$g, squares$g);
#end
#end
#for i in 0..TILE_M
#for g in 0..TILE_GROUPS
      sum${i}_$g = fma(vec4f(a$i[$r]), b$g, sum${i}_$g);
#end
#end
    }
#end
#else
#for g in 0..TILE_GROUPS
    {
      let b0 = b[((group + ${g}u) * 4u) * ${K / 4}u + k / 4u];
      let b1 = b[((group + ${g}u) * 4u + 1u) * ${K / 4}u + k / 4u];
      let b2 = b[((group + ${g}u) * 4u + 2u) * ${K / 4}u + k / 4u];
      let b3 = b[((group + ${g}u) * 4u + 3u) * ${K / 4}u + k / 4u];
#for i in 0..TILE_M
      sum${i}_$g += vec4f(dot(a$i, b0), dot(a$i, b1), dot(a$i, b2), dot(a$i, b3));
#end
    }
#end
#end
  }
#else
  for (var k = first; k < end; k += ${UNROLL}u) {
#if QUADS
#for i in 0..TILE_M/4
    let own$i = $FROM_A(a[min(k + mine, ${K - 1}u) * ${M / 4}u + min(row / 4u + ${i}u, ${M / 4 - 1}u)]);
#for l in 0..4
    let a${l}_$i = quadBroadcast(own$i, ${l}u);
#end
#end
#else
#for l in 0..UNROLL
#for i in 0..TILE_M/4
    let a${l}_$i = $FROM_A(a[(k + ${l}u) * ${M / 4}u + min(row / 4u + ${i}u, ${M / 4 - 1}u)]);
#end
#end
#end
#for l in 0..UNROLL
#if l > 0 && K % UNROLL != 0
    if (k + ${l}u < end) {
#else
    {
#end
#for g in 0..TILE_GROUPS
      let b$g = b[(k + ${l}u) * ${N / 4}u + group + ${g}u];
#end
#for i in 0..TILE_M/4
#for g in 0..TILE_GROUPS
      sum${i * 4}_$g = fma(vec4f(a${l}_$i.x), b$g, sum${i * 4}_$g);
      sum${i * 4 + 1}_$g = fma(vec4f(a${l}_$i.y), b$g, sum${i * 4 + 1}_$g);
      sum${i * 4 + 2}_$g = fma(vec4f(a${l}_$i.z), b$g, sum${i * 4 + 2}_$g);
      sum${i * 4 + 3}_$g = fma(vec4f(a${l}_$i.w), b$g, sum${i * 4 + 3}_$g);
#end
#end
    }
#end
  }
#end
  if (id.x >= ${(N / 4 + TILE_GROUPS - 1) / TILE_GROUPS}u) { return; }
#if COSINES
#for g in 0..TILE_GROUPS
  let inverse$g = 1.0 / max(sqrt(squares$g), vec4f(1e-12));
  if (place.y == 0u) { inverse[group + ${g}u] = inverse$g; }
#end
#end
#if TANGENT
#for g in 0..TILE_GROUPS
  let along$g = along[group + ${g}u];
#end
#end
  let to = (place.z * ${M}u + row) * ${N / 4}u + group;
#for i in 0..TILE_M
#if M % TILE_M != 0
  if (row + ${i}u < ${M}u) {
#else
  {
#end
#for g in 0..TILE_GROUPS
#if COSINES
    c[to + ${i * N / 4 + g}u] = sum${i}_$g * inverse$g;
#end
#if TANGENT
    c[to + ${i * N / 4 + g}u] = sum${i}_$g - along$g * centres[(row + ${i}u) * ${N / 4}u + group + ${g}u];
#end
#if !COSINES && !TANGENT
    c[to + ${i * N / 4 + g}u] = sum${i}_$g;
#end
#end
  }
#end
}
