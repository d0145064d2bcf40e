// The optimiser over all parameters of a learner at once.
//
// ADAMW 0 (SGD with momentum):  v = MOMENTUM * v + (g + decay * w);  w = w - rate * v
// ADAMW 1 (Loshchilov and Hutter 2019):  m = BETA1 * m + (1 - BETA1) * g;  v = BETA2 * v + (1 - BETA2) * g^2;
//   w = w - rate * decay * w - rate * (m * correction1) / (sqrt(v * correction2) + EPSILON)
//
// parameters, gradient, slots  [GROUPS * 4]; AdamW's m comes first in slots, then v
// clip  [1], what the gradient is multiplied by before all this (with CLIP)
// FRESH1 and FRESH2 are 1 - BETA1 and 1 - BETA2.
// The first DECAYED vec4s are weights, to which DECAY applies; batch norm and slopes come after them.
//
// One thread: one vec4. Bytes: 12 read and 8 written a parameter (AdamW 16 and 12).

@group(0) @binding(0) var<storage, read_write> parameters : array<vec4f>;
@group(0) @binding(1) var<storage, read> gradient : array<vec4f>;
@group(0) @binding(2) var<storage, read_write> slots : array<vec4f>;
#if CLIP
@group(0) @binding(3) var<storage, read> clip : array<f32>;
#end

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id : vec3u) {
  let at = id.x + id.y * ${65535 * 64}u;
  if (at >= ${GROUPS}u) { return; }
  let w = parameters[at];
  let decay = select(0.0, $DECAY, at < ${DECAYED}u);
#if CLIP
  let g = clip[0] * gradient[at];
#else
  let g = gradient[at];
#end
#if ADAMW
  let m = $BETA1 * slots[at] + $FRESH1 * g;
  let v = $BETA2 * slots[at + ${GROUPS}u] + $FRESH2 * g * g;
  slots[at] = m;
  slots[at + ${GROUPS}u] = v;
  let moved = (m * step.correction1) / (sqrt(v * step.correction2) + $EPSILON);
  parameters[at] = w - step.learning_rate * decay * w - step.learning_rate * moved;
#else
  let v = $MOMENTUM * slots[at] + (g + decay * w);
  slots[at] = v;
  parameters[at] = w - step.learning_rate * v;
#end
}
