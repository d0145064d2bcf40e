// Angular head: how the angles to all other class centres are spread, for the histogram a person sees.
//
// cosines  [BATCH, GROUPS * 4]; columns from CLASSES on are padding
// targets  [BATCH]
// ring     at BINS_AT of a slot: BINS whole numbers, set to 0 by head-scale; bin k counts the angles from
//          k * 180° / BINS on
//
// Counted in the workgroup's memory first, so that few threads meet at the same number. Whole numbers add
// up to the same whatever the order.
//
// One thread: SPAN column groups of one row.

@group(0) @binding(0) var<storage, read> cosines : array<vec4f>;
@group(0) @binding(1) var<storage, read> targets : array<u32>;
@group(0) @binding(2) var<storage, read_write> ring : array<atomic<u32>>;

var<workgroup> counts : array<atomic<u32>, $BINS>;

@compute @workgroup_size($WORKGROUP)
fn main(
  @builtin(global_invocation_id) id : vec3u,
  @builtin(local_invocation_index) local : u32,
) {
  let thread = id.x + id.y * ${65535 * WORKGROUP}u;
  let row = min(thread / ${CHUNKS}u, ${BATCH - 1}u);
  let chunk = thread % ${CHUNKS}u;
  let target_class = targets[row];
  let start = select(${GROUPS}u, chunk * ${SPAN}u, thread < ${BATCH * CHUNKS}u);
  let end = min(${GROUPS}u, (chunk + 1u) * ${SPAN}u);
  for (var group = start; group < end; group++) {
    let angles = acos(clamp(cosines[row * ${GROUPS}u + group], vec4f(-1.0), vec4f(1.0)));
    let bins = min(vec4u(angles * $BINS_PER_RADIAN), vec4u(${BINS - 1}u));
#for k in 0..4
    if (group * 4u + ${k}u != target_class && group * 4u + ${k}u < ${CLASSES}u) {
      atomicAdd(&counts[bins[$k]], 1u);
    }
#end
  }
  workgroupBarrier();
  for (var bin = local; bin < ${BINS}u; bin += ${WORKGROUP}u) {
    let count = atomicLoad(&counts[bin]);
    if (count > 0u) { atomicAdd(&ring[step.slot * ${SLOT}u + ${BINS_AT}u + bin], count); }
  }
}
