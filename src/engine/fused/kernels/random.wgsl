// Counter-based random numbers, bit for bit those of math/random.ts: PCG4D (Jarzynski and Olano, "Hash
// Functions for GPU Rendering", JCGT 2020).
fn random_u32(seed : u32, stream : u32, number : u32, index : u32) -> u32 {
  var v = vec4u(seed, stream, number, index) * 1664525u + 1013904223u;
  v.x += v.y * v.w;
  v.y += v.z * v.x;
  v.z += v.x * v.y;
  v.w += v.y * v.z;
  v ^= v >> vec4u(16u);
  v.x += v.y * v.w;
  return v.x;
}

// floor(u / 2^32 * bound) for bounds below 2^16.
fn scaled(u : u32, bound : u32) -> u32 {
  return ((u >> 16u) * bound + (((u & 0xffffu) * bound) >> 16u)) >> 16u;
}
