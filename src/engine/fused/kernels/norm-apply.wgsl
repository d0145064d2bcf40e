// Batch norm, third part of the forward pass: normalise, add the shortcut, activate.
//
// p = gamma * (x - mean) * rstd + beta [+ shortcut];  y = p, max(p, 0), or p < 0 ? slope * p : p
//
// x, y     [PIXELS, GROUPS * 4]
// norms    of every layer [2, channels]: mean and rstd; this one's at NORM
// vectors  gamma, beta and slope of every layer, [channels] each, at GAMMA (negative
//          for none), BETA and SLOPE
// other    [PIXELS, GROUPS * 4]: the shortcut (SHORTCUT 1), or its convolution, normalised here with the
//          numbers at OTHER_NORM, OTHER_GAMMA and OTHER_BETA (SHORTCUT 2)
// ACT: 0 none, 1 ReLU, 2 PReLU. Places are counted in vec4s.
//
// One thread: one channel group of SPAN pixels. Bytes: 4 read and 4 written an element, 4 more read with a
// shortcut. FLOPs are not counted: memory decides.

@group(0) @binding(0) var<storage, read> x : array<$X>;
@group(0) @binding(1) var<storage, read> norms : array<vec4f>;
@group(0) @binding(2) var<storage, read> vectors : array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y : array<$Y>;
#if SHORTCUT > 0
@group(0) @binding(4) var<storage, read> other : array<$OTHER>;
#end

@compute @workgroup_size($WORKGROUP)
fn main(@builtin(global_invocation_id) id : vec3u) {
  let thread = id.x + id.y * ${65535 * WORKGROUP}u;
  let group = thread % ${GROUPS}u;
  let first = thread / ${GROUPS}u;
  if (first >= ${(PIXELS + SPAN - 1) / SPAN}u) { return; }
#if GAMMA >= 0
  let scale = vectors[group + ${GAMMA}u] * norms[group + ${NORM + GROUPS}u];
#else
  let scale = norms[group + ${NORM + GROUPS}u];
#end
  let shift = vectors[group + ${BETA}u] - norms[group + ${NORM}u] * scale;
#if ACT == 2
  let tilt = vectors[group + ${SLOPE}u];
#end
#if SHORTCUT == 2
  let otherScale = vectors[group + ${OTHER_GAMMA}u] * norms[group + ${OTHER_NORM + GROUPS}u];
  let otherShift = vectors[group + ${OTHER_BETA}u] - norms[group + ${OTHER_NORM}u] * otherScale;
#end
#for k in 0..SPAN
  {
    let pixel = first + ${k * ((PIXELS + SPAN - 1) / SPAN)}u;
#if PIXELS % SPAN != 0
    if (pixel >= ${PIXELS}u) { return; }
#end
    let at = pixel * ${GROUPS}u + group;
    var p = $FROM_X(x[at]) * scale + shift;
#if SHORTCUT == 1
    p += $FROM_OTHER(other[at]);
#end
#if SHORTCUT == 2
    p += $FROM_OTHER(other[at]) * otherScale + otherShift;
#end
#if ACT == 0
    y[at] = $TO_Y(p);
#end
#if ACT == 1
    // Not max(p, 0), which may make 0 of what is not a number.
    y[at] = $TO_Y(select(p, vec4f(), p < vec4f()));
#end
#if ACT == 2
    y[at] = $TO_Y(select(p, p * tilt, p < vec4f()));
#end
  }
#end
}
