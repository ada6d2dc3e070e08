/** Which partition of an internal topic keeps a group: the same one as on Apache Kafka, so that data can move. */

/** Java's `String.hashCode`: over UTF-16 units, in 32 bits. */
export function javaHash(text: string): number {
  let hash = 0
  for (let index = 0; index < text.length; index++) hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0
  return hash
}

export function slotOf(key: string, slotCount: number): number {
  const hash = javaHash(key)
  // Kafka's own absolute value: that of the smallest int is 0.
  const positive = hash === -0x8000_0000 ? 0 : Math.abs(hash)
  return positive % slotCount
}
