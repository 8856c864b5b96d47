const magic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
/** No checksum, no dictionary, a window of 1 MiB (RFC 8878, 3.1.1.1). */
const frameHeader = Buffer.from([0x00, 0x50]);
const maxBlockBytes = 128 * 1024;

/** `bytes` as a zstd frame of stored blocks: valid, if not small. */
export function zstdOf(bytes: Buffer): Buffer {
  const blocks: Buffer[] = [magic, frameHeader];
  for (let at = 0; at < bytes.length || at === 0; at += maxBlockBytes) {
    const block = bytes.subarray(at, at + maxBlockBytes);
    const isLast = at + maxBlockBytes >= bytes.length;
    const header = Buffer.alloc(3);
    header.writeUIntLE((block.length << 3) | (isLast ? 1 : 0), 0, 3);
    blocks.push(header, block);
  }
  return Buffer.concat(blocks);
}
