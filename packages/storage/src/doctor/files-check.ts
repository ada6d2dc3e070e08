/** Looks at the files that stand there twice or are made anew: a start passes over a bad one without a word. */
import type { Disk } from '@naru/base'
import { parseCheckpoint } from '../checkpoint/checkpoint-file.ts'
import type { Checkpoint } from '../checkpoint/checkpoint.ts'
import { formatLines } from '../local/format-file.ts'
import { decodeSnapshot } from '../local/local-snapshot-store.ts'
import { FileKind } from '../segments/segment-names.ts'
import type { Finding } from './finding.ts'
import { checkSegment, type CheckedSegment } from './segment-check.ts'
import { readWhole } from './whole-file.ts'

/** The newest checkpoint that can be read; damaged ones are found by the trial of the recovery, but for older ones. */
export async function checkCheckpoints(
  disk: Disk,
  directory: string,
  found: (finding: Finding) => void
): Promise<Checkpoint | undefined> {
  const names = (await disk.list(directory))
    .map(({ name }) => name)
    .filter((name) => /^checkpoint-[0-9a-f]{16}$/.test(name))
  let newest: Checkpoint | undefined
  for (const name of names.sort().reverse()) {
    const file = `${directory}/${name}`
    const bytes = await readWhole(disk, file)
    const checkpoint = bytes === undefined ? undefined : parseCheckpoint(bytes)
    newest ??= checkpoint
    if (checkpoint === undefined) {
      found({ kind: 'file-damaged', reason: 'the checkpoint does not check', remedy: 'by-itself', file })
    }
  }
  return newest
}

export async function checkFormat(
  disk: Disk,
  directory: string,
  found: (finding: Finding) => void
): Promise<void> {
  const file = `${directory}/format`
  const bytes = await readWhole(disk, file)
  const lines = bytes === undefined ? [] : formatLines(bytes.toString('utf8'))
  if (lines.length === 2) return
  const reason = lines.length === 1 ? 'one of its two lines does not check' : 'none of its lines checks'
  found({ kind: 'file-damaged', reason, remedy: lines.length === 1 ? 'none' : 'restore', file })
}

export async function checkSnapshots(
  disk: Disk,
  directory: string,
  found: (finding: Finding) => void
): Promise<void> {
  const folder = `${directory}/snapshots`
  const folders = (await disk.list(directory)).map(({ name }) => name)
  if (!folders.includes('snapshots')) return
  for (const { name } of await disk.list(folder)) {
    if (name.endsWith('.tmp')) continue
    const file = `${folder}/${name}`
    const bytes = await readWhole(disk, file)
    if (bytes !== undefined && decodeSnapshot(bytes) !== undefined) continue
    found({ kind: 'file-damaged', reason: 'the snapshot does not check', remedy: 'remove-file', file })
  }
}

/** All segments that the checkpoint knows. */
export async function checkSegments(
  options: { readonly disk: Disk; readonly directory: string; readonly pace: CheckedSegment['pace'] },
  checkpoint: Checkpoint,
  found: (finding: Finding) => void
): Promise<void> {
  const { disk, directory, pace } = options
  const names = topicNames(checkpoint)
  for (const { topicId, partition, manifest, logStartOffset } of checkpoint.partitions) {
    const topic = names.get(topicId)
    if (topic === undefined || manifest === null) continue
    const folder = `${directory}/log/${topic}-${partition}`
    for (const segment of manifest.segments) {
      if (segment.nextOffset <= logStartOffset) continue
      const checked = { disk, directory: folder, manifest: segment, pace }
      for (const finding of await checkSegment(checked)) {
        const isLog = finding.file?.endsWith(FileKind.log) === true
        const offsets = { fromOffset: segment.baseOffset, toOffset: segment.nextOffset }
        found({ ...finding, topic, partition, ...(isLog ? {} : offsets) })
      }
    }
  }
}

function topicNames(checkpoint: Checkpoint): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const record of checkpoint.metadata) {
    if (record.type === 'topic-created') names.set(record.topicId, record.name)
  }
  return names
}
