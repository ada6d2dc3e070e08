/**
 * After the replay: decides which journal files stay, and where the journal goes on. Files behind a cut are put
 * aside. What is not known to be on disk is written to a new file first, and nothing rests on the old one.
 */
import type { Clock, Disk } from '@naru/base'
import type { CheckpointHeader } from '../checkpoint/checkpoint.ts'
import type { Failpoint } from '../failpoints.ts'
import { journalFileName, type JournalFileName, type JournalFiles } from '../journal/journal-files.ts'
import { bytesOf, generationOf, journalPosition } from '../journal/journal-position.ts'
import { rescueFrames } from '../journal/journal-rescue.ts'
import type { JournalEnd } from '../journal/journal-writer.ts'
import type { RecoveredJournal } from './recovery.ts'

export interface AdoptOptions {
  readonly disk: Disk
  readonly clock: Clock
  /** The data folder. */
  readonly directory: string
  readonly secret: Uint8Array
  readonly synced: boolean
  readonly failpoint?: Failpoint | undefined
  readonly checkpoint: CheckpointHeader | undefined
  readonly files: JournalFiles
}

export async function adoptJournal(
  found: readonly JournalFileName[],
  recovered: RecoveredJournal,
  options: AdoptOptions
): Promise<JournalEnd> {
  const { disk, directory, files, checkpoint } = options
  for (const { path, generation } of recovered.dropped) {
    await disk.makeDirectory(`${directory}/quarantine`)
    await disk.rename(path, `${directory}/quarantine/${journalFileName(generation)}`)
  }
  const newest = Math.max(recovered.generation, ...recovered.dropped.map((file) => file.generation))
  const kept = found.filter(({ generation }) => generation <= recovered.generation)
  // Files that were made ahead and never written to would be in the way of later ones.
  for (const { path, generation } of found) if (generation > newest) await disk.remove(path)
  const end = await journalEnd(recovered, newest + 1, options)
  if (end.generation > newest) kept.push({ generation: end.generation, path: files.path(end.generation) })
  const oldest = generationOf(Math.min(checkpoint?.replayFrom ?? 0, checkpoint?.previousReplayFrom ?? 0))
  files.adopt({
    live: kept.filter(({ generation }) => generation >= oldest),
    spares: kept.filter(({ generation }) => generation < oldest)
  })
  return end
}

async function journalEnd(
  recovered: RecoveredJournal,
  nextGeneration: number,
  options: AdoptOptions
): Promise<JournalEnd> {
  const { generation, bytes, durable, doubtful } = recovered
  const readTo = journalPosition(generation, bytes)
  const newest = generation === 0 ? undefined : { generation, bytes: bytesOf(readTo) }
  if (!options.synced) return { generation, bytes, nextGeneration, newest }
  if (doubtful.length === 0) {
    // Whatever stands behind the durable position says nothing, and may not be on disk.
    const end = Math.min(durable, readTo)
    return { generation: generationOf(end), bytes: bytesOf(end), nextGeneration, newest }
  }
  const rescuedBytes = await rescueFrames(doubtful, {
    disk: options.disk,
    directory: `${options.directory}/journal`,
    secret: options.secret,
    failpoint: options.failpoint,
    wallMs: options.clock.wallMs(),
    generation: nextGeneration,
    durable
  })
  const rescued = { generation: nextGeneration, bytes: rescuedBytes }
  return { ...rescued, nextGeneration: nextGeneration + 1, newest: rescued }
}
