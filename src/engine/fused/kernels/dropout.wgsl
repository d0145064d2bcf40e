// Dropout, forward and backward alike: 0 with probability RATE, else times 1 / (1 - RATE). Nothing is
// stored: the same draws as the other engines', made again from (seed, step, place).
//
// values  [BATCH, PIXELS, GROUPS * 4], in place; draws are numbered without the channels' padding
//
// One thread: one vec4.

@group(0) @binding(0) var<storage, read_write> values : array<$VALUES>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id : vec3u) {
  let at = id.x + id.y * ${65535 * 64}u;
  if (at >= ${BATCH * PIXELS * GROUPS}u) { return; }
  let channel = at % ${GROUPS}u * 4u;
  let draw = at / ${GROUPS}u * ${CHANNELS}u + channel;
  var value = $FROM_VALUES(values[at]);
#for k in 0..4
  if (random_u32($SEED, $STREAM, step.number, draw + ${k}u) < $THRESHOLD) { value[$k] = 0.0; }
#end
  values[at] = $TO_VALUES(value * $KEPT);
}
