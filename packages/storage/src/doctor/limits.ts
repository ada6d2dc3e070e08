/** What grows while a data folder is examined. */

const MIB = 1024 * 1024

/** What a trial of the recovery may write; the journal is replayed into it. Beyond it the trial ends with ENOSPC. */
export const overlayBytesMax = 4096 * MIB

/** What is changed is kept by pages of this size. */
export const overlayPageBytes = 64 * 1024

/** Bytes that are asked of the log at a time. */
export const examinedReadBytes = 1024 * 1024

/** Findings that are told one by one; more are counted. */
export const findingsMax = 10_000
