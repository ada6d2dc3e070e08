/** The limits of this package, each with its unit in the name and what happens when it is reached. */

/**
 * Array elements that one message may hold in total; a message with more is refused. Kafka has no such limit, but
 * two bytes on the wire can become an object of fifty, and the largest real requests stay far below this.
 */
export const decodeElementsMax = 1_000_000

/** Uuids whose text is kept for the next reader of the same sixteen bytes; then older ones give way (a power of two). */
export const uuidCacheEntriesMax = 4_096
