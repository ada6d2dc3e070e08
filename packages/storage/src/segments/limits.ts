/** What grows in the segments, and where it ends. */

/** Descriptors that all partitions together keep open; further files wait for one that is idle to be closed. */
export const openFilesMax = 1000

/** Bytes of index and sidecar files kept in memory; the least recently used ones are dropped first. */
export const indexCacheBytesMax = 64 * 1024 ** 2

/** The unit that the sidecar has a checksum for; files are read in whole blocks. */
export const blockBytes = 64 * 1024

/**
 * Bytes that one read of a segment asks for, unless a single batch is larger. Larger reads fall out of the
 * processor's cache between disk and socket.
 */
export const readWindowBytes = 512 * 1024

/** Buffers of that size that wait for the next read (9 MiB); further ones are left to the collector. */
export const idleReadBuffersMax = 16

/** Windows that readers at the same place may share; the oldest one is not shared any more. */
export const sharedWindowsMax = 32

/** Bytes per vectored write, so that one partition does not hold a thread of the pool for long. */
export const writeRunBytesMax = 8 * 1024 ** 2

/** Bytes of each of the two buffers that direct writes are staged in. */
export const directStagingBytes = 2 * 1024 * 1024

/** Direct writes at the same time, each with two buffers; further ones wait. */
export const directLanesMax = 2

/** Batch borders remembered per segment, so that sequential readers need no index; the oldest is forgotten. */
export const readHintsMax = 8

/** Positions and relative offsets are 32-bit signed integers in Kafka's index files. */
export const int32Max = 0x7fff_ffff
