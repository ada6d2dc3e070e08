// Which partition a key, a group or a transactional id belongs to; equal to what the Java client and broker compute.
//
// Producers hash the bytes of a key with murmur2 (32 bits, a fixed seed). Brokers place groups and transactional
// ids on the partitions of their internal topics by the hash code of the Java string.

const murmurSeed = 0x9747b28c
const murmurMultiplier = 0x5bd1e995

/** murmur2 as the Java client has it; a signed 32-bit number. */
export function murmur2(bytes: Uint8Array): number {
  const { length } = bytes
  const wordsEnd = length & ~3
  let hash = murmurSeed ^ length
  for (let at = 0; at < wordsEnd; at += 4) {
    const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
    let mixed = Math.imul(word, murmurMultiplier)
    mixed ^= mixed >>> 24
    hash = Math.imul(hash, murmurMultiplier) ^ Math.imul(mixed, murmurMultiplier)
  }
  const rest = length & 3
  if (rest === 3) hash ^= bytes[wordsEnd + 2]! << 16
  if (rest >= 2) hash ^= bytes[wordsEnd + 1]! << 8
  if (rest >= 1) hash = Math.imul(hash ^ bytes[wordsEnd]!, murmurMultiplier)
  hash = Math.imul(hash ^ (hash >>> 13), murmurMultiplier)
  return hash ^ (hash >>> 15)
}

/** The partition that the Java client's default partitioner gives to a record with this key. */
export function partitionForKey(key: Uint8Array, partitionCount: number): number {
  return (murmur2(key) & 0x7fff_ffff) % partitionCount
}

/** `String.hashCode` of Java: over UTF-16 units, a signed 32-bit number. */
export function javaStringHash(text: string): number {
  let hash = 0
  for (let index = 0; index < text.length; index++) hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0
  return hash
}

/**
 * The partition of `__consumer_offsets` (of `__transaction_state`) that holds the state of this group id
 * (transactional id). The one hash without a positive counterpart counts as zero, as in Kafka.
 */
export function partitionForId(id: string, partitionCount: number): number {
  const hash = javaStringHash(id)
  return (hash === -0x8000_0000 ? 0 : Math.abs(hash)) % partitionCount
}
