// Clipping by the global norm, second part: what the gradient is multiplied by.
//
// norm = sqrt(sum of sums);  factor = 1 where norm <= CLIP, else CLIP / norm   (Pascanu et al. 2013)
// A norm that is not a number makes a factor that is none either, so that nothing hides it.
//
// sums    [THREADS] of gradient-squares
// factor  [1]
//
// One workgroup of LANES threads; each adds every LANES-th sum, the first one adds theirs.

@group(0) @binding(0) var<storage, read> sums : array<f32>;
@group(0) @binding(1) var<storage, read_write> factor : array<f32>;

#if LANES > 1
var<workgroup> shares : array<f32, $LANES>;
#end

@compute @workgroup_size($LANES)
fn main(@builtin(local_invocation_index) lane : u32) {
  var sum = 0.0;
  for (var at = lane; at < ${THREADS}u; at += ${LANES}u) { sum += sums[at]; }
#if LANES > 1
  shares[lane] = sum;
  workgroupBarrier();
  if (lane > 0u) { return; }
  sum = 0.0;
  for (var other = 0u; other < ${LANES}u; other++) { sum += shares[other]; }
#end
  let norm = sqrt(sum);
  factor[0] = select($CLIP / norm, 1.0, norm <= $CLIP);
}
