/**
 * A place in the journal as one number that can be compared: the generation of the file and the 4 KiB block in
 * it. Every write begins at a block, so that no write touches a block whose content was acknowledged before.
 */

/** Unit of all positions, and what a disk is expected to write wholly or not at all. */
export const blockBytes = 4096

/** Blocks of one file: 8 GiB, far beyond any file; leaves 32 bits for the generation. */
const blocksPerFile = 2 ** 21

/** Where no file has come to. */
export const journalFileBytesMax = blocksPerFile * blockBytes

export function journalPosition(generation: number, bytes: number): number {
  return generation * blocksPerFile + Math.floor(bytes / blockBytes)
}

export function generationOf(position: number): number {
  return Math.floor(position / blocksPerFile)
}

/** Bytes from the beginning of the file. */
export function bytesOf(position: number): number {
  return (position % blocksPerFile) * blockBytes
}

/** The next block border at or after a position in a file. */
export function blockEnd(bytes: number): number {
  return Math.ceil(bytes / blockBytes) * blockBytes
}
