// Batch norm, first part of the backward pass: back through the activation, and the sums the rest needs.
//
// dp = dy where p > 0, else 0 (ReLU), or slope * dy where p < 0 (PReLU);  p is computed again from x.
//
// x, norms, vectors, other  as in norm-apply
// dy    [PIXELS, GROUPS * 4], the gradient of the activation's output; dp is written over it
// sums  [CHUNKS, KINDS, GROUPS * 4]: sum of dp, sum of dp * x̂, then with PReLU the sum of dy * min(p, 0),
//       then with SHORTCUT 2 the sum of dp * x̂ of the shortcut's convolution
//
// One thread: one channel group of a chunk of SPAN pixels.
// Bytes: 8 read (12 with a shortcut) and 4 written an element.

@group(0) @binding(0) var<storage, read> x : array<$X>;
@group(0) @binding(1) var<storage, read> norms : array<vec4f>;
@group(0) @binding(2) var<storage, read> vectors : array<vec4f>;
@group(0) @binding(3) var<storage, read_write> dy : array<$DY>;
@group(0) @binding(4) var<storage, read_write> sums : array<vec4f>;
#if SHORTCUT > 0
@group(0) @binding(5) var<storage, read> other : array<$OTHER>;
#end

@compute @workgroup_size($WORKGROUP)
fn main(@builtin(global_invocation_id) id : vec3u) {
  let thread = id.x + id.y * ${65535 * WORKGROUP}u;
  let group = thread % ${GROUPS}u;
  let chunk = thread / ${GROUPS}u;
  if (chunk >= ${CHUNKS}u) { return; }
  let mean = norms[group + ${NORM}u];
  let rstd = norms[group + ${NORM + GROUPS}u];
  let scale = vectors[group + ${GAMMA}u];
  let shift = vectors[group + ${BETA}u];
#if ACT == 2
  let tilt = vectors[group + ${SLOPE}u];
  var sum2 = vec4f();
#end
#if SHORTCUT == 2
  let otherMean = norms[group + ${OTHER_NORM}u];
  let otherRstd = norms[group + ${OTHER_NORM + GROUPS}u];
  let otherScale = vectors[group + ${OTHER_GAMMA}u];
  let otherShift = vectors[group + ${OTHER_BETA}u];
  var sum3 = vec4f();
#end
  var sum0 = vec4f();
  var sum1 = vec4f();
  let end = min(${PIXELS}u, (chunk + 1u) * ${SPAN}u);
  for (var pixel = chunk * ${SPAN}u; pixel < end; pixel++) {
    let at = pixel * ${GROUPS}u + group;
    let unit = ($FROM_X(x[at]) - mean) * rstd;
    var dp = $FROM_DY(dy[at]);
#if ACT > 0
    var p = unit * scale + shift;
#if SHORTCUT == 1
    p += $FROM_OTHER(other[at]);
#end
#end
#if SHORTCUT == 2
    let otherUnit = ($FROM_OTHER(other[at]) - otherMean) * otherRstd;
#if ACT > 0
    p += otherUnit * otherScale + otherShift;
#end
#end
#if ACT == 1
    dp = select(vec4f(), dp, p > vec4f());
    dy[at] = $TO_DY(dp);
#end
#if ACT == 2
    sum2 += dp * min(p, vec4f());
    dp = select(dp, dp * tilt, p < vec4f());
    dy[at] = $TO_DY(dp);
#end
    sum0 += dp;
    sum1 += dp * unit;
#if SHORTCUT == 2
    sum3 += dp * otherUnit;
#end
  }
  let to = chunk * ${KINDS * GROUPS}u + group;
  sums[to] = sum0;
  sums[to + ${GROUPS}u] = sum1;
#if ACT == 2
  sums[to + ${2 * GROUPS}u] = sum2;
#end
#if SHORTCUT == 2
  sums[to + ${(KINDS - 1) * GROUPS}u] = sum3;
#end
}
