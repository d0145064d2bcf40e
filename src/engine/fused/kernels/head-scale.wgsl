// Angular head: B_avg, the median angle and the new scale (AdaCos, Zhang et al. 2019, Eq. 13 to 15).
//
// cosines  [BATCH, GROUPS * 4]
// targets  [BATCH]
// found    [BATCH, CHUNKS, 2] vec4s of head-rows
// state    [1], the scale: read as s of the step before, written as s of this step
// ring     [SLOTS, SLOT]: target cosines [BATCH], own losses [BATCH] (written later), common losses
//          [BATCH], nearest classes [BATCH], then scale, unguarded scale, ln B_avg, and the counts of
//          head-angles, set to 0 here
//
// ln B_avg is one log-sum-exp. No acos is taken: cos(min(cap, median angle)) = max(cos cap, median
// cosine), the lower median of the angles being the upper one of the cosines. The median is found by
// rank: the image that as many others come before as there should.
//
// One workgroup.  RULE: 0 plain softmax (no scale), 1 constant, 2 dynamic.

@group(0) @binding(0) var<storage, read> cosines : array<f32>;
@group(0) @binding(1) var<storage, read> targets : array<u32>;
@group(0) @binding(2) var<storage, read> found : array<vec4f>;
@group(0) @binding(3) var<storage, read_write> state : array<f32>;
@group(0) @binding(4) var<storage, read_write> ring : array<f32>;

var<workgroup> own : array<f32, $BATCH>;
var<workgroup> tops : array<f32, $BATCH>;
var<workgroup> sums : array<f32, $BATCH>;
var<workgroup> median : f32;

fn finite(value : f32) -> bool {
  // Bits, not a comparison: a compiler may assume that numbers are numbers.
  return (bitcast<u32>(value) & 0x7f800000u) != 0x7f800000u;
}

@compute @workgroup_size($WORKGROUP)
fn main(@builtin(local_invocation_index) local : u32) {
  let slot = step.slot * ${SLOT}u;
  for (var bin = local; bin < ${BINS}u; bin += ${WORKGROUP}u) { ring[slot + ${BINS_AT}u + bin] = 0.0; }
  for (var row = local; row < ${BATCH}u; row += ${WORKGROUP}u) {
    var top = -3e38;
    var sum = 0.0;
    var commonTop = -3e38;
    var commonSum = 0.0;
    var best = vec2f(-3e38, 0.0);
    for (var chunk = 0u; chunk < ${CHUNKS}u; chunk++) {
      let part = found[(row * ${CHUNKS}u + chunk) * 2u];
      let newTop = max(top, part.x);
      sum = sum * exp(top - newTop) + part.y * exp(part.x - newTop);
      top = newTop;
      let newCommon = max(commonTop, part.z);
      commonSum = commonSum * exp(commonTop - newCommon) + part.w * exp(part.z - newCommon);
      commonTop = newCommon;
      let candidate = found[(row * ${CHUNKS}u + chunk) * 2u + 1u].xy;
      if (candidate.x > best.x) { best = candidate; }
    }
    let cosine = cosines[row * ${GROUPS * 4}u + targets[row]];
    own[row] = cosine;
    tops[row] = top;
    sums[row] = sum;
    ring[slot + row] = cosine;
    ring[slot + ${2 * BATCH}u + row] = commonTop + log(commonSum) - $COMMON * cosine;
    ring[slot + ${3 * BATCH}u + row] = best.y;
  }
#if RULE == 0
  if (local == 0u) {
    ring[slot + ${4 * BATCH}u] = 0.0;
    ring[slot + ${4 * BATCH + 1}u] = 0.0;
    ring[slot + ${4 * BATCH + 2}u] = 0.0;
  }
}
#else
  workgroupBarrier();
  for (var row = local; row < ${BATCH}u; row += ${WORKGROUP}u) {
    let cosine = own[row];
    var before = 0u;
    for (var other = 0u; other < ${BATCH}u; other++) {
      if (own[other] > cosine || (own[other] == cosine && other < row)) { before++; }
    }
    if (before == ${(BATCH - 1) / 2}u) { median = cosine; }
  }
  workgroupBarrier();
  if (local > 0u) { return; }
  var top = -3e38;
  for (var row = 0u; row < ${BATCH}u; row++) { top = max(top, tops[row]); }
  var sum = 0.0;
  for (var row = 0u; row < ${BATCH}u; row++) { sum += sums[row] * exp(tops[row] - top); }
  let logB = top + log(sum) - $LOG_BATCH;
#if RULE == 1
  let scale = step.fixed_scale;
  let unguarded = scale;
#else
  let previous = state[0];
  var unguarded = logB / max(median, step.cap_cosine);
#if GUARD
  var scale = previous;
  if (finite(unguarded)) { scale = clamp(unguarded, $GUARD_LOW, $GUARD_HIGH); }
#else
  var scale = unguarded;
#end
  if (step.keeps == 1u) {
    scale = previous;
    unguarded = $FIXED_SCALE;
  }
#end
  state[0] = scale;
  ring[slot + ${4 * BATCH}u] = scale;
  ring[slot + ${4 * BATCH + 1}u] = unguarded;
  ring[slot + ${4 * BATCH + 2}u] = logB;
}
#end
