// The segment files of a broker, seen from outside: which there are, and how far they go.

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const batchOverhead = 12
const lastOffsetDeltaAt = 23
/** Naru writes out within ten seconds of the last write. */
const writtenOutMsMax = 30_000

/** The `.log` files of a partition in order of their base offset. */
export async function segmentLogs(partitionFolder: string): Promise<string[]> {
  const names = await readdir(partitionFolder).catch(() => [])
  return names
    .filter((name) => /^\d{20}\.log$/.test(name))
    .toSorted()
    .map((name) => join(partitionFolder, name))
}

/** The offset behind the last whole batch of a `.log` file, or undefined when it has none. */
function endOffset(bytes: Buffer): number | undefined {
  let end: number | undefined
  for (let position = 0; position + batchOverhead <= bytes.length;) {
    const baseOffset = Number(bytes.readBigInt64BE(position))
    const next = position + batchOverhead + bytes.readInt32BE(position + 8)
    if (next > bytes.length || next <= position + batchOverhead) return end
    end = baseOffset + bytes.readInt32BE(position + lastOffsetDeltaAt) + 1
    position = next
  }
  return end
}

/** Waits until the partition's files hold everything below `offset`: a broker may write them out later. */
export async function writtenOut(partitionFolder: string, offset: number): Promise<string[]> {
  const deadline = performance.now() + writtenOutMsMax
  for (;;) {
    const files = await segmentLogs(partitionFolder)
    const last = files.at(-1)
    const end = last === undefined ? undefined : endOffset(await readFile(last))
    if ((end ?? 0) >= offset) return files
    if (performance.now() > deadline)
      throw new Error(
        `${partitionFolder} ends at ${end ?? 'nothing'} instead of ${offset} after ${writtenOutMsMax} ms`
      )
    await sleep(100)
  }
}
