/**
 * At a start: gives the files of the segments that a checkpoint names their names, wherever compaction was
 * interrupted, and whether the checkpoint is the last one or the one before it. Doing it again changes nothing.
 */
import type { SegmentContext } from './segment-context.ts'
import { asideSuffix, FileKind, segmentFileName, stagedSuffix } from './segment-names.ts'
import type { SegmentManifest } from './segments-manifest.ts'

interface Move {
  readonly from: string
  readonly to: string
}

/** Renames in the folder and in the set of its names. */
export async function settleGenerations(
  context: SegmentContext,
  directory: string,
  segments: readonly SegmentManifest[],
  names: Set<string>
): Promise<void> {
  const aside = segments.flatMap((segment) => asideMoves(segment, names))
  await move(context, directory, aside, names)
  const back = segments.flatMap((segment) => placeMoves(segment, names))
  await move(context, directory, back, names)
}

/** Files of old generations that are still where the new ones belong. */
function asideMoves(segment: SegmentManifest, names: ReadonlySet<string>): Move[] {
  const { baseOffset, generation = 0, replaces = [] } = segment
  const moves: Move[] = []
  for (const old of replaces) {
    for (const kind of Object.values(FileKind)) {
      const name = segmentFileName(old.baseOffset, kind)
      // The first one's name belongs to the new segment as soon as that one was moved.
      const isOwn = old.baseOffset === baseOffset && !names.has(stagedName(baseOffset, kind, generation))
      if (names.has(name) && !isOwn) moves.push({ from: name, to: name + asideSuffix(old.generation) })
    }
  }
  return moves
}

/** Files of the generation that is wanted, staged or put aside. */
function placeMoves({ baseOffset, generation = 0 }: SegmentManifest, names: ReadonlySet<string>): Move[] {
  const moves: Move[] = []
  for (const kind of Object.values(FileKind)) {
    const name = segmentFileName(baseOffset, kind)
    const staged = stagedName(baseOffset, kind, generation)
    const aside = name + asideSuffix(generation)
    if (names.has(staged)) moves.push({ from: staged, to: name })
    else if (names.has(aside)) moves.push({ from: aside, to: name })
  }
  return moves
}

function stagedName(baseOffset: number, kind: FileKind, generation: number): string {
  return segmentFileName(baseOffset, kind) + stagedSuffix(generation)
}

async function move(
  { disk }: SegmentContext,
  directory: string,
  moves: readonly Move[],
  names: Set<string>
): Promise<void> {
  if (moves.length === 0) return
  for (const { from, to } of moves) {
    await disk.rename(`${directory}/${from}`, `${directory}/${to}`)
    names.delete(from)
    names.add(to)
  }
  await disk.syncDirectory(directory)
}
