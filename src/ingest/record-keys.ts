import { createHash } from "node:crypto";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const smallestCapacity = 1024;
/** Any other than that of the high half. */
const seedOfLow = 0x9747b28c;

/** Whether `key` has the canonical shape of a UUID. */
export function isUuid(key: string): boolean {
  return uuid.test(key);
}

/**
 * 64 bits that stand for a record key, as two unsigned halves: of all of a UUID (some are random in one end only, and some are counted by hand),
 * else of a SHA-256.
 */
export function keyBits(key: string): { high: number; low: number } {
  if (isUuid(key)) {
    const words = uuidWords(key);
    return { high: mixed(words, 0), low: mixed(words, seedOfLow) };
  }
  const hex = createHash("sha256").update(key).digest("hex");
  return { high: Number.parseInt(hex.slice(0, 8), 16), low: Number.parseInt(hex.slice(8, 16), 16) };
}

function uuidWords(key: string): number[] {
  const hex = key.replaceAll("-", "");
  return [0, 8, 16, 24].map((at) => Number.parseInt(hex.slice(at, at + 8), 16));
}

/** MurmurHash3, 32 bits, of whole words (Appleby, public domain): a SHA-256 of each record would slow an import down. */
function mixed(words: readonly number[], seed: number): number {
  let hash = seed;
  for (const word of words) {
    const part = Math.imul(word, 0xcc9e2d51);
    hash ^= Math.imul((part << 15) | (part >>> 17), 0x1b873593);
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  hash ^= words.length * 4;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * Which session holds a record: a hash table of 12 bytes an entry (a `Map` of strings takes ten times that, and a long history has
 * millions of records). Owners are numbers from 1.
 */
export class RecordOwners {
  #slots = new Uint32Array(smallestCapacity * 3);
  #capacity = smallestCapacity;
  #count = 0;

  /** @returns Undefined where nobody holds it. */
  get(high: number, low: number): number | undefined {
    return this.#slots[this.#find(high, low) + 2] || undefined;
  }

  set(high: number, low: number, owner: number): void {
    if ((this.#count + 1) * 10 > this.#capacity * 7) this.#grow();
    const at = this.#find(high, low);
    if (this.#slots[at + 2] === 0) this.#count += 1;
    this.#slots[at] = high;
    this.#slots[at + 1] = low;
    this.#slots[at + 2] = owner;
  }

  #find(high: number, low: number): number {
    let slot = (low ^ Math.imul(high, 0x9e3779b1)) >>> 0;
    for (;;) {
      slot &= this.#capacity - 1;
      const at = slot * 3;
      if (this.#slots[at + 2] === 0 || (this.#slots[at] === high && this.#slots[at + 1] === low)) return at;
      slot += 1;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#capacity *= 2;
    this.#slots = new Uint32Array(this.#capacity * 3);
    this.#count = 0;
    for (let at = 0; at < old.length; at += 3) {
      const owner = old[at + 2] ?? 0;
      if (owner !== 0) this.set(old[at] ?? 0, old[at + 1] ?? 0, owner);
    }
  }
}

/** Packs keys for `record_keys.keys`: 8 bytes each, big-endian. */
export function packKeys(keys: readonly { high: number; low: number }[]): Buffer {
  const packed = Buffer.allocUnsafe(keys.length * 8);
  keys.forEach(({ high, low }, nth) => {
    packed.writeUInt32BE(high, nth * 8);
    packed.writeUInt32BE(low, nth * 8 + 4);
  });
  return packed;
}

export function* unpackKeys(packed: Uint8Array): Generator<{ high: number; low: number }> {
  const buffer = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  for (let at = 0; at + 8 <= buffer.length; at += 8) yield { high: buffer.readUInt32BE(at), low: buffer.readUInt32BE(at + 4) };
}
