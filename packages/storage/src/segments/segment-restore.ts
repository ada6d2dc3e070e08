/**
 * Takes the segments of a partition up again from what a checkpoint noted. One listing of the folder and one
 * look at the last .log per partition: the time does not follow the size of the data.
 */
import type { DirectoryEntry } from '@naru/base'
import type { SegmentContext } from './segment-context.ts'
import { settleGenerations } from './segment-generations.ts'
import { deletedSuffix, FileKind, isAside, parseSegmentFileName, segmentFileName } from './segment-names.ts'
import { isMissingFile, Segment } from './segment.ts'
import type { SegmentManifest, SegmentProblem, SegmentsManifest } from './segments-manifest.ts'

export interface RestoreResult {
  readonly segments: readonly Segment[]
  readonly problems: readonly SegmentProblem[]
  readonly folderExists: boolean
  /** Files of dropped segments that the manifest still knows: without them a later start would miss the segments. */
  readonly renamed: readonly string[]
  /** Files that compaction has replaced, which the checkpoint before may still know. */
  readonly aside: readonly string[]
}

export async function restoreSegments(
  context: SegmentContext,
  directory: string,
  manifest: SegmentsManifest
): Promise<RestoreResult> {
  const listed = await listFolder(context, directory)
  const names = new Set(listed?.map((entry) => entry.name))
  await settleGenerations(context, directory, manifest.segments, names)
  const aside = [...names].filter((name) => isAside(parseSegmentFileName(name)?.suffix ?? ''))
  const kept = withoutDropped(manifest.segments, names)
  const renamed = renamedOf(manifest.segments.slice(0, manifest.segments.length - kept.length), names)
  await removeUnknown(context, directory, names, new Set([...namesOf(kept), ...renamed, ...aside]))
  const nowMs = context.clock.wallMs()
  const segments = kept.map((one) => new Segment(directory, one.baseOffset, nowMs, one))
  const problems: SegmentProblem[] = []
  for (const segment of segments) {
    if (names.has(segmentFileName(segment.baseOffset, FileKind.log))) continue
    segment.sealDamaged()
    problems.push(missingBytes(segment, 0, 'the file is missing'))
  }
  const last = segments.at(-1)
  if (last !== undefined && names.has(segmentFileName(last.baseOffset, FileKind.log))) {
    problems.push(...(await cutLast(context, last)))
  }
  const paths = (found: readonly string[]): string[] => found.map((name) => `${directory}/${name}`)
  return {
    segments,
    problems,
    folderExists: listed !== undefined,
    renamed: paths(renamed),
    aside: paths(aside)
  }
}

async function listFolder(
  context: SegmentContext,
  directory: string
): Promise<readonly DirectoryEntry[] | undefined> {
  try {
    return await context.disk.list(directory)
  } catch (error) {
    if (isMissingFile(error)) return undefined
    throw error
  }
}

/** Segments whose .log was renamed away were dropped on purpose, after the manifest was written. */
function withoutDropped(
  segments: readonly SegmentManifest[],
  names: ReadonlySet<string>
): readonly SegmentManifest[] {
  const wasDropped = (segment: SegmentManifest): boolean => {
    const name = segmentFileName(segment.baseOffset, FileKind.log)
    return !names.has(name) && names.has(name + deletedSuffix)
  }
  return segments.slice(segments.findLastIndex(wasDropped) + 1)
}

function renamedOf(dropped: readonly SegmentManifest[], names: ReadonlySet<string>): readonly string[] {
  return dropped
    .flatMap(({ baseOffset }) => Object.values(FileKind).map((kind) => segmentFileName(baseOffset, kind)))
    .map((name) => name + deletedSuffix)
    .filter((name) => names.has(name))
}

function namesOf(kept: readonly SegmentManifest[]): readonly string[] {
  return kept.flatMap(
    ({ baseOffset, indexBytes, timeIndexBytes, sidecarBytes, transactionIndexBytes = 0 }) => {
      const names = [segmentFileName(baseOffset, FileKind.log)]
      if (indexBytes > 0) names.push(segmentFileName(baseOffset, FileKind.index))
      if (timeIndexBytes > 0) names.push(segmentFileName(baseOffset, FileKind.timeIndex))
      if (sidecarBytes > 0) names.push(segmentFileName(baseOffset, FileKind.sidecar))
      if (transactionIndexBytes > 0) names.push(segmentFileName(baseOffset, FileKind.transactionIndex))
      return names
    }
  )
}

async function removeUnknown(
  context: SegmentContext,
  directory: string,
  names: ReadonlySet<string>,
  known: ReadonlySet<string>
): Promise<void> {
  for (const name of names) {
    if (known.has(name) || parseSegmentFileName(name) === undefined) continue
    await context.disk.remove(`${directory}/${name}`)
  }
}

/** Only the last segment may be longer than the checkpoint says; one that is shorter has lost data. */
async function cutLast(context: SegmentContext, segment: Segment): Promise<readonly SegmentProblem[]> {
  const { logBytes } = segment.state
  const size = await context.files.read(segment.logPath, (file) => file.size())
  if (size === logBytes) return []
  if (size < logBytes) {
    segment.sealDamaged()
    return [missingBytes(segment, size, 'the file is shorter than its checkpoint')]
  }
  await context.files.change(segment.logPath, (file) => file.truncate(logBytes))
  const { index, timeIndex, sidecar, transactionIndex } = segment
  for (const file of [index, timeIndex, sidecar, transactionIndex]) await file.cut(context)
  return []
}

function missingBytes(segment: Segment, position: number, reason: string): SegmentProblem {
  return { file: segment.logPath, position, bytes: segment.state.logBytes - position, reason }
}
