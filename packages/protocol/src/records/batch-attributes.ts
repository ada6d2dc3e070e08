// The attributes of a record batch (16 bits, of which Kafka uses the lowest seven).

/** Compression codecs by their number in the lowest three bits; 5 to 7 are not assigned. */
export const CompressionCodec = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const
export type CompressionName = keyof typeof CompressionCodec
export type CompressionCodec = (typeof CompressionCodec)[CompressionName]

export const TimestampType = { createTime: 0, logAppendTime: 1 } as const
export type TimestampType = (typeof TimestampType)[keyof typeof TimestampType]

export const batchAttribute = {
  compressionMask: 0x07,
  logAppendTime: 0x08,
  transactional: 0x10,
  control: 0x20,
  deleteHorizon: 0x40
} as const

/** The number of the codec; compare with {@link isCompressionCodec} before using it. */
export function compressionOf(attributes: number): number {
  return attributes & batchAttribute.compressionMask
}

export function isCompressionCodec(codec: number): codec is CompressionCodec {
  return codec >= CompressionCodec.none && codec <= CompressionCodec.zstd
}

export function timestampTypeOf(attributes: number): TimestampType {
  return attributes & batchAttribute.logAppendTime ? TimestampType.logAppendTime : TimestampType.createTime
}

export function isTransactional(attributes: number): boolean {
  return (attributes & batchAttribute.transactional) !== 0
}

export function isControl(attributes: number): boolean {
  return (attributes & batchAttribute.control) !== 0
}

/** Set by compaction: the base timestamp then holds the time after which tombstones may go (KIP-534). */
export function hasDeleteHorizon(attributes: number): boolean {
  return (attributes & batchAttribute.deleteHorizon) !== 0
}
