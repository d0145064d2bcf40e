/**
 * TFRecord files written by Python with its own CRC-32C and protocol buffers, after TensorFlow's
 * `record_writer.cc` and `example.proto`.
 */
import { describe, expect, onTestFinished, test } from 'vitest';
import { decodeNetpbm } from './netpbm';
import { hasPython, Workshop } from './programs.testing';
import { sniff } from './sniff';
import { indexTfRecord } from './tfrecord';

const SCRIPT = `
import struct, zlib

def crc32c(data):
    crc = 0xffffffff
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82f63b78 if crc & 1 else 0)
    return crc ^ 0xffffffff
def masked(data):
    crc = crc32c(data)
    return struct.pack('<I', ((crc >> 15 | crc << 17 & 0xffffffff) + 0xa282ead8) & 0xffffffff)
def record(data):
    length = struct.pack('<Q', len(data))
    return length + masked(length) + data + masked(data)

def varint(value):
    value &= 2 ** 64 - 1
    out = b''
    while value > 127:
        out, value = out + bytes([value & 127 | 128]), value >> 7
    return out + bytes([value])
def field(number, data):
    return varint(number << 3 | 2) + varint(len(data)) + data
def feature(value):
    if isinstance(value, bytes):
        return field(1, field(1, value))
    if isinstance(value, float):
        return field(2, field(1, struct.pack('<f', value)))
    return field(3, field(1, varint(value)))
def example(**features):
    return field(1, b''.join(
        field(1, field(1, name.replace('__', '/').encode()) + field(2, feature(value)))
        for name, value in features.items()))

def chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
rows = (b'\\0' + bytes([77]) * 9) * 9
png = (b'\\x89PNG\\r\\n\\x1a\\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', 9, 9, 8, 0, 0, 0, 0))
       + chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b''))
open('image.png', 'wb').write(png)
open('faces.tfrecord', 'wb').write(b''.join(record(data) for data in [
    example(image__encoded=png, image__format=b'png', image__class__label=40, image__class__text='Zoë'.encode()),
    example(image__class__label=2 ** 40 + 1, image__encoded=png),
    example(label=-3, image=png, image__object__bbox__xmin=0.25),
    example(height=2, width=5, depth=3, label=9, image_raw=bytes(range(30))),
    example(image__source_id=12, image__filename=b'a/b.jpg', image__encoded=png),
]))
`;

describe.skipIf(!hasPython('struct', 'zlib'))('python3 writes', () => {
  test('a TFRecord of images under the usual keys', { timeout: 60_000 }, async () => {
    const workshop = new Workshop();
    onTestFinished(() => workshop.remove());
    workshop.python(SCRIPT);
    const index = await indexTfRecord(workshop.blob('faces.tfrecord'));
    const { members, skipped, problem, notes } = index;
    expect({ skipped, problem, notes }).toEqual({ skipped: [], problem: null, notes: [] });
    expect(members.map(({ identity }) => identity)).toEqual([
      'Zoë',
      '1099511627777',
      '-3',
      '9',
      '12',
    ]);
    const png = workshop.bytes('image.png');
    for (const place of [0, 1, 2, 4]) {
      expect(members[place]!.size).toBe(png.length);
      expect(await members[place]!.read()).toEqual(png);
    }
    expect(sniff(png)).toEqual({ kind: 'image', image: 'png' });
    const raw = decodeNetpbm(await members[3]!.read());
    expect([raw.width, raw.height]).toEqual([5, 2]);
    expect([...raw.rgb]).toEqual(Array.from({ length: 30 }, (_, at) => at));
  });
});
