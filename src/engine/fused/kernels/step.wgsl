// What changes from step to step; one 256-byte slot of a ring, chosen by a dynamic offset.
struct Step {
  learning_rate : f32,
  // The constant s of this step; of no meaning to the dynamic rule.
  fixed_scale : f32,
  // cos(cap angle) of the dynamic rule.
  cap_cosine : f32,
  // AdamW: 1 / (1 - beta1^t) and 1 / (1 - beta2^t).
  correction1 : f32,
  correction2 : f32,
  // Counted from 1.
  number : u32,
  // Where this step's numbers go in the metrics ring.
  slot : u32,
  // 1 where the rule keeps the scale it has: the paper's first batch.
  keeps : u32,
}
@group(1) @binding(0) var<uniform> step : Step;
