// Four numbers in eight bytes, and the way back, for tensors that are stored so; see storage.ts.

#if HALF
fn fromHalf(halves : vec2u) -> vec4f {
  return vec4f(unpack2x16float(halves.x), unpack2x16float(halves.y));
}

// Beyond the range of halves WGSL promises nothing, not even for the other number of a pair. Here nothing
// that is a number comes out, so that it cannot pass unseen: a large number would, and so would an infinity
// below 0, of which ReLU makes 0. Compared as whole numbers, since a compiler may take every float for a
// number.
fn toHalf(values : vec4f) -> vec2u {
  // 65520 would be rounded to 65536.
  let beyond = (bitcast<vec4u>(values) & vec4u(0x7fffffffu)) >= vec4u(0x477ff000u);
  let within = select(values, vec4f(), beyond);
  let none = select(vec4u(), vec4u(0x7e00u), beyond);
  return vec2u(pack2x16float(within.xy), pack2x16float(within.zw)) | none.xz | (none.yw << vec2u(16u));
}
#end
#if NATIVE

fn toNative(values : vec4f) -> vec4h {
  return bitcast<vec4h>(toHalf(values));
}
#end
#if BRAIN

fn fromBrain(pairs : vec2u) -> vec4f {
  let low = pairs << vec2u(16u);
  let high = pairs & vec2u(0xffff0000u);
  return bitcast<vec4f>(vec4u(low.x, high.x, low.y, high.y));
}

// Rounded to the nearest, from the middle to the even one. What is no number stays none: rounding might
// carry into its sign and make it 0.
fn toBrain(values : vec4f) -> vec2u {
  let bits = bitcast<vec4u>(values);
  let rounded = bits + vec4u(0x7fffu) + ((bits >> vec4u(16u)) & vec4u(1u));
  let none = (bits & vec4u(0x7fffffffu)) > vec4u(0x7f800000u);
  let whole = select(rounded, vec4u(0x7fc00000u), none);
  return (whole.xz >> vec2u(16u)) | (whole.yw & vec2u(0xffff0000u));
}
#end
