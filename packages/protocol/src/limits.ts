// Limits of the protocol package; reaching one has the answer named beside it.

/** Bytes that one batch may inflate to: MESSAGE_TOO_LARGE. Checked while inflating, for every codec. */
export const decompressedBatchBytesMax: number = 64 * 1024 * 1024

/** Refused records that one refused batch names one by one; further ones are only counted. */
export const recordErrorsMax = 100
