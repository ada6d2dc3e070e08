/**
 * Which protocol a group takes: the one with the most votes. Where several have as many, Apache Kafka takes the one that
 * comes first in a hash map of Java; so do we, so that a group elects the same wherever it is coordinated.
 */
const JAVA_HASH_FACTOR = 31
/** Buckets of a small map; it doubles when more than three quarters are taken. */
const BUCKETS = 16
const LOAD = 0.75

/** Undefined without votes. */
export function electedProtocol(votes: ReadonlyMap<string, number>): string | undefined {
  let buckets = BUCKETS
  while (votes.size > buckets * LOAD) buckets *= 2
  let elected: string | undefined
  let most = 0
  let first = 0
  for (const [name, count] of votes) {
    const bucket = spread(javaHash(name)) & (buckets - 1)
    if (count < most || (count === most && bucket >= first)) continue
    elected = name
    most = count
    first = bucket
  }
  return elected
}

function javaHash(text: string): number {
  let hash = 0
  for (let at = 0; at < text.length; at++)
    hash = (Math.imul(JAVA_HASH_FACTOR, hash) + text.charCodeAt(at)) | 0
  return hash
}

/** The map mixes the upper half of a hash into the lower one, which alone chooses the bucket. */
function spread(hash: number): number {
  return hash ^ (hash >>> 16)
}
