/** The memory that a journal writes from. */
import { blockBytes } from './journal-position.ts'
import type { Staging } from '../staging/staged-write.ts'

/** Bytes of each of the two staging buffers, and so of one write. */
export const stagingBytes = 4 * 1024 * 1024

export interface JournalBuffers {
  readonly staging: Staging
  /** One block to write, and one to read it back into. */
  readonly block: Buffer
  readonly found: Buffer
}

export function journalBuffers(memoryOf: (bytes: number) => Buffer): JournalBuffers {
  const memory = memoryOf(2 * stagingBytes + 2 * blockBytes)
  const [second, block, found] = [stagingBytes, 2 * stagingBytes, 2 * stagingBytes + blockBytes]
  return {
    staging: [memory.subarray(0, second), memory.subarray(second, block)],
    block: memory.subarray(block, found),
    found: memory.subarray(found)
  }
}
