/**
 * Kafka's `log-start-offset-checkpoint`: where logs begin whose first records were deleted within a segment. A version,
 * a count, and a line per partition.
 */
import { writeFully, type Disk } from '@naru/base'

const FORMAT_VERSION = 0

export interface LogStart {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

export async function writeLogStarts(disk: Disk, folder: string, starts: readonly LogStart[]): Promise<void> {
  const lines = starts.map(({ topic, partition, offset }) => `${topic} ${partition} ${offset}`)
  const text = [FORMAT_VERSION, starts.length, ...lines].join('\n')
  const file = await disk.open(`${folder}/log-start-offset-checkpoint`, { mode: 'create' })
  try {
    await writeFully(file, [Buffer.from(`${text}\n`)], 0)
    await file.datasync()
  } finally {
    await file.close()
  }
  await disk.syncDirectory(folder)
}
