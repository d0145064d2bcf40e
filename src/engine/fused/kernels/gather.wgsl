// Makes a batch from resident bytes: gathers, mirrors, shifts, erases and normalises, (byte - MEAN) / SCALE.
// The same draws as data/batch.ts, bit for bit.
//
// pixels   [faces, SIZE, SIZE, 3] bytes, packed in u32
// labels   [faces]
// images   [BATCH, SIZE, SIZE, 4]; the fourth channel is 0
// targets  [BATCH], the labels of the batch
// indices  [BATCH], which faces
//
// One thread: one pixel. Bytes read: 3 a pixel and neighbours; written: 16 a pixel.

struct Batch {
  seed : u32,
  number : u32,
  // 1 mirrors with probability one half.
  flip : u32,
  // Pixels; the border is replicated.
  shift : u32,
  // Side of the erased square in pixels, 0 for none.
  erase : u32,
}

@group(0) @binding(0) var<storage, read> pixels : array<u32>;
@group(0) @binding(1) var<storage, read> labels : array<u32>;
@group(0) @binding(2) var<storage, read_write> images : array<$IMAGES>;
@group(0) @binding(3) var<storage, read_write> targets : array<u32>;
@group(1) @binding(0) var<uniform> batch : Batch;
@group(1) @binding(1) var<storage, read> indices : array<u32>;

fn byte_at(at : u32) -> f32 {
  return f32((pixels[at / 4u] >> (at % 4u * 8u)) & 255u);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id : vec3u) {
  let pixel = id.x + id.y * ${65535 * 64}u;
  if (pixel >= ${BATCH * SIZE * SIZE}u) { return; }
  let position = pixel / ${SIZE * SIZE}u;
  let y = i32(pixel / ${SIZE}u % ${SIZE}u);
  let x = i32(pixel % ${SIZE}u);
  let face = indices[position];
  let draw = position * 3u;
  let span = 2u * batch.shift + 1u;
  let right = i32(scaled(random_u32(batch.seed, $STREAM, batch.number, draw + 1u), span)) - i32(batch.shift);
  let down = i32(scaled(random_u32(batch.seed, $STREAM, batch.number, draw + 2u), span)) - i32(batch.shift);
  let flipped = batch.flip == 1u && random_u32(batch.seed, $STREAM, batch.number, draw) < 0x80000000u;
  let row = clamp(y - down, 0, ${SIZE - 1});
  var column = clamp(x - right, 0, ${SIZE - 1});
  if (flipped) { column = ${SIZE - 1} - column; }
  let at = ((face * ${SIZE}u + u32(row)) * ${SIZE}u + u32(column)) * 3u;
  var value = vec3f(byte_at(at), byte_at(at + 1u), byte_at(at + 2u));
  if (batch.erase > 0u) {
    let top = i32(scaled(random_u32(batch.seed, $ERASE_STREAM, batch.number, position * 2u), ${SIZE}u + 1u - batch.erase));
    let left = i32(scaled(random_u32(batch.seed, $ERASE_STREAM, batch.number, position * 2u + 1u), ${SIZE}u + 1u - batch.erase));
    let side = i32(batch.erase);
    if (y >= top && y < top + side && x >= left && x < left + side) { value = vec3f($MEAN); }
  }
  images[pixel] = $TO_IMAGES(vec4f((value - $MEAN) / $SCALE, 0.0));
  if (pixel % ${SIZE * SIZE}u == 0u) { targets[position] = labels[face]; }
}
