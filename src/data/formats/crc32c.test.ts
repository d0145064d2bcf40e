import { expect, test } from 'vitest';
import { bytesOf } from './bytes.testing';
import { crc32c, maskedCrc32c } from './crc32c';

test.each([
  // RFC 3720, appendix B.4.
  ['32 zeros', new Uint8Array(32), 0x8a9136aa],
  ['32 bytes FF', new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ['0 to 31', Uint8Array.from({ length: 32 }, (_, at) => at), 0x46dd794e],
  ['31 to 0', Uint8Array.from({ length: 32 }, (_, at) => 31 - at), 0x113fdb5c],
  ['123456789', bytesOf('123456789'), 0xe3069283],
  ['nothing', new Uint8Array(0), 0],
])('CRC-32C of %s', (_, bytes, crc) => {
  expect(crc32c(bytes)).toBe(crc);
});

test('the mask turns the checksum by 15 bits and adds a constant', () => {
  // Nothing has the checksum 0, which leaves the constant.
  expect(maskedCrc32c(new Uint8Array(0))).toBe(0xa282ead8);
  const crc = 0xe3069283;
  const turned = ((crc >>> 15) + (crc % 2 ** 15) * 2 ** 17) % 2 ** 32;
  expect(maskedCrc32c(bytesOf('123456789'))).toBe((turned + 0xa282ead8) % 2 ** 32);
});
