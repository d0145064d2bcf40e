/** Small archives of real faces, built on disk for the tests that drop them. */
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { BlobWriter, Uint8ArrayReader, ZipWriter } from '@zip.js/zip.js';
import { packTar } from 'modern-tar';

interface Entry {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export async function writeTar(path: string, entries: readonly Entry[]): Promise<void> {
  await writeFile(path, await tarOf(entries));
}

export async function writeTarGz(path: string, entries: readonly Entry[]): Promise<void> {
  await writeFile(path, gzipSync(await tarOf(entries)));
}

export function tarOf(entries: readonly Entry[]): Promise<Uint8Array> {
  return packTar(
    entries.map(({ path, bytes }) => ({
      header: { name: path, size: bytes.length, type: 'file' },
      body: bytes,
    })),
  );
}

export async function writeZip(path: string, entries: readonly Entry[]): Promise<void> {
  const writer = new ZipWriter(new BlobWriter());
  for (const entry of entries) await writer.add(entry.path, new Uint8ArrayReader(entry.bytes));
  const blob = await writer.close();
  await pipeline(Readable.from([Buffer.from(await blob.arrayBuffer())]), createWriteStream(path));
}
