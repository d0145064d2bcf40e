// Angular head, first look at the cosines: what the scale rule and the metrics need from a stretch of a row.
//
// cosines  [BATCH, GROUPS * 4]; columns from CLASSES on are padding
// targets  [BATCH], the own class of each image
// state    [1], the scale of the step before
// found    [BATCH, CHUNKS, 2] vec4s: (largest s*cos of other classes, sum of exp(s*cos - largest) of other
//          classes, the same two at COMMON over all classes), (largest cosine, its class, 0, 0)
//
// Sums of exponentials are kept with their largest exponent, so any scale is safe in float32. Lanes of a
// vec4 run on their own and are joined at the end: no long serial sum meets one far above its terms.
//
// One thread: SPAN column groups of one row.

@group(0) @binding(0) var<storage, read> cosines : array<vec4f>;
@group(0) @binding(1) var<storage, read> targets : array<u32>;
@group(0) @binding(2) var<storage, read> state : array<f32>;
@group(0) @binding(3) var<storage, read_write> found : array<vec4f>;

const LOW = -3e38;

fn join(largest : vec4f, sums : vec4f) -> vec2f {
  let top = max(max(largest.x, largest.y), max(largest.z, largest.w));
  let parts = sums * exp(largest - top);
  return vec2f(top, (parts.x + parts.y) + (parts.z + parts.w));
}

@compute @workgroup_size($WORKGROUP)
fn main(@builtin(global_invocation_id) id : vec3u) {
  let thread = id.x + id.y * ${65535 * WORKGROUP}u;
  let row = thread / ${CHUNKS}u;
  if (row >= ${BATCH}u) { return; }
  let chunk = thread % ${CHUNKS}u;
  let target_class = targets[row];
  let scale = state[0];
  var top = vec4f(LOW);
  var sum = vec4f();
  var commonTop = vec4f(LOW);
  var commonSum = vec4f();
  var best = vec4f(LOW);
  var bestGroup = vec4u();
  let end = min(${GROUPS}u, (chunk + 1u) * ${SPAN}u);
  for (var group = chunk * ${SPAN}u; group < end; group++) {
    let cosine = cosines[row * ${GROUPS}u + group];
    let class_ = vec4u(group * 4u) + vec4u(0u, 1u, 2u, 3u);
#if CLASSES % 4 != 0
    let real = class_ < vec4u(${CLASSES}u);
#else
    const real = vec4<bool>(true, true, true, true);
#end
    let other = real & (class_ != vec4u(target_class));
    let z = select(vec4f(LOW), scale * cosine, other);
    // One exponential: what is the largest so far, old or new, counts as exactly 1.
    let less = exp(-abs(z - top));
    sum = select(sum + select(vec4f(), less, other), fma(sum, less, vec4f(1.0)), z > top);
    top = max(top, z);
    let commonZ = select(vec4f(LOW), $COMMON * cosine, real);
    let lessCommon = exp(-abs(commonZ - commonTop));
    commonSum = select(
      commonSum + select(vec4f(), lessCommon, real),
      fma(commonSum, lessCommon, vec4f(1.0)),
      commonZ > commonTop);
    commonTop = max(commonTop, commonZ);
    let better = real & (cosine > best);
    best = select(best, cosine, better);
    bestGroup = select(bestGroup, vec4u(group), better);
  }
  var cosine = best.x;
  var class_ = bestGroup.x * 4u;
#for k in 1..4
  if (best[$k] > cosine || (best[$k] == cosine && bestGroup[$k] * 4u + ${k}u < class_)) {
    cosine = best[$k];
    class_ = bestGroup[$k] * 4u + ${k}u;
  }
#end
  let at = (row * ${CHUNKS}u + chunk) * 2u;
  found[at] = vec4f(join(top, sum), join(commonTop, commonSum));
  found[at + 1u] = vec4f(cosine, f32(class_), 0.0, 0.0);
}
