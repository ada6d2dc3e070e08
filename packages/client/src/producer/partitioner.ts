/** Which partition a record goes to: by its key as Kafka's Java client does it, else the one of the moment. */

const SEED = 0x9747b28c
const MULTIPLIER = 0x5bd1e995
const SHIFT = 24

/** MurmurHash2, 32 bits, with the seed that Kafka's clients share, so that all of them agree on a key's place. */
export function murmur2(bytes: Uint8Array): number {
  const length = bytes.length
  const view = new DataView(bytes.buffer, bytes.byteOffset, length)
  let hash = SEED ^ length
  let at = 0
  for (; at + 4 <= length; at += 4) {
    let word = Math.imul(view.getInt32(at, true), MULTIPLIER)
    word = Math.imul(word ^ (word >>> SHIFT), MULTIPLIER)
    hash = Math.imul(hash, MULTIPLIER) ^ word
  }
  if (at < length) {
    for (let rest = length - 1; rest >= at; rest--) hash ^= (bytes[rest] ?? 0) << (8 * (rest - at))
    hash = Math.imul(hash, MULTIPLIER)
  }
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER)
  return hash ^ (hash >>> 15)
}

/** The partition of a key among `count`. */
export function partitionOfKey(key: Uint8Array, count: number): number {
  return (murmur2(key) & 0x7fffffff) % count
}
