/**
 * The checkpoint on disk: `checkpoint-<number, 16 hex digits>`, sections of
 *
 *   kind u8, 0 u24, payload bytes u32, CRC-32C of these eight bytes and the payload u32, payload
 *
 * header (JSON), metadata (JSON), partitions (a line of JSON each, several sections), end (empty). A file is
 * written beside the others, synced, renamed, and counts only when all of it is there; the one before is kept.
 */
import { NaruError, readFully, writeFully, type Disk } from '@naru/base'
import { crc32c } from '@naru/protocol'
import type { Failpoint } from '../failpoints.ts'
import type { MetadataRecord } from '../ports/index.ts'
import type { Checkpoint, CheckpointedPartition, CheckpointHeader } from './checkpoint.ts'

const SectionKind = { header: 1, metadata: 2, partitions: 3, end: 4 } as const
type SectionKind = (typeof SectionKind)[keyof typeof SectionKind]

const sectionHeaderBytes = 12
const namePattern = /^checkpoint-([0-9a-f]{16})(\.tmp)?$/
const magic = Buffer.from('NARUCKP1')

export interface CheckpointPlace {
  readonly disk: Disk
  readonly directory: string
  readonly failpoint?: Failpoint | undefined
}

function pathOf(place: CheckpointPlace, number: number): string {
  return `${place.directory}/checkpoint-${number.toString(16).padStart(16, '0')}`
}

function section(kind: SectionKind, payload: Uint8Array): Buffer {
  const bytes = Buffer.alloc(sectionHeaderBytes + payload.byteLength)
  bytes[0] = kind
  bytes.writeUInt32BE(payload.byteLength, 4)
  bytes.set(payload, sectionHeaderBytes)
  bytes.writeUInt32BE(crc32c(bytes, sectionHeaderBytes, bytes.byteLength, crc32c(bytes, 0, 8)), 8)
  return bytes
}

/** Writes a checkpoint; `partitions` gives whole lines, in pieces, and may take its time. */
export async function writeCheckpoint(
  place: CheckpointPlace,
  header: CheckpointHeader,
  content: { readonly metadata: readonly MetadataRecord[]; readonly partitions: AsyncIterable<Uint8Array> }
): Promise<void> {
  const { disk, directory, failpoint } = place
  const path = pathOf(place, header.number)
  const temporary = `${path}.tmp`
  await failpoint?.('checkpoint-write')
  await disk.remove(temporary)
  const file = await disk.open(temporary, { mode: 'create' })
  try {
    let at = 0
    const write = async (bytes: Uint8Array): Promise<void> => {
      await writeFully(file, [bytes], at)
      at += bytes.byteLength
    }
    await write(magic)
    await write(section(SectionKind.header, Buffer.from(JSON.stringify(header))))
    await write(section(SectionKind.metadata, Buffer.from(JSON.stringify(content.metadata))))
    for await (const lines of content.partitions) await write(section(SectionKind.partitions, lines))
    await write(section(SectionKind.end, Buffer.alloc(0)))
    await failpoint?.('checkpoint-sync')
    await file.datasync()
  } finally {
    await file.close()
  }
  await failpoint?.('checkpoint-rename')
  await disk.rename(temporary, path)
  await disk.syncDirectory(directory)
  await failpoint?.('checkpoint-renamed')
}

/** Removes all checkpoints but the newest two. */
export async function removeOldCheckpoints(place: CheckpointPlace, newest: number): Promise<void> {
  const numbers = await listCheckpoints(place)
  for (const number of numbers.filter((other) => other < newest).slice(1)) {
    await place.failpoint?.('checkpoint-delete')
    await place.disk.remove(pathOf(place, number))
    await place.failpoint?.('checkpoint-deleted')
  }
}

export interface LoadedCheckpoint {
  /** Undefined when no checkpoint was ever made. */
  readonly checkpoint: Checkpoint | undefined
  /** Files that were there and did not check. */
  readonly damaged: readonly { readonly file: string; readonly bytes: number; readonly reason: string }[]
}

/** The newest checkpoint that is whole; rejects with CHECKPOINT_DAMAGED when there are some and none is. */
export async function loadCheckpoint(place: CheckpointPlace): Promise<LoadedCheckpoint> {
  const numbers = await listCheckpoints(place)
  const damaged: Array<{ file: string; bytes: number; reason: string }> = []
  for (const number of numbers) {
    const file = pathOf(place, number)
    const bytes = await readWhole(place.disk, file)
    const checkpoint = parseCheckpoint(bytes)
    if (checkpoint !== undefined) return { checkpoint, damaged }
    damaged.push({ file, bytes: bytes.byteLength, reason: 'the checkpoint does not check' })
  }
  if (damaged.length === 0) return { checkpoint: undefined, damaged }
  throw new NaruError(
    'CHECKPOINT_DAMAGED',
    `no checkpoint in ${place.directory} can be read: restore the data folder from a backup`
  )
}

/** Numbers of all checkpoints, the newest first; half written ones are removed. */
async function listCheckpoints(place: CheckpointPlace): Promise<number[]> {
  const numbers: number[] = []
  for (const { name } of await place.disk.list(place.directory)) {
    const match = namePattern.exec(name)
    if (match === null) continue
    if (match[2] === undefined) numbers.push(Number.parseInt(match[1] as string, 16))
    else await place.disk.remove(`${place.directory}/${name}`)
  }
  return numbers.sort((a, b) => b - a)
}

async function readWhole(disk: Disk, path: string): Promise<Buffer> {
  const file = await disk.open(path, { mode: 'read' })
  try {
    const bytes = Buffer.allocUnsafe(await file.size())
    return bytes.subarray(0, await readFully(file, bytes, 0))
  } finally {
    await file.close()
  }
}

/** Undefined when anything is missing or wrong. */
export function parseCheckpoint(bytes: Buffer): Checkpoint | undefined {
  if (!bytes.subarray(0, magic.byteLength).equals(magic)) return undefined
  const sections = readSections(bytes)
  if (sections === undefined) return undefined
  const [header, metadata, ...others] = sections
  if (header?.kind !== SectionKind.header || metadata?.kind !== SectionKind.metadata) return undefined
  const partitions: CheckpointedPartition[] = []
  for (const { kind, payload } of others) {
    if (kind !== SectionKind.partitions) continue
    for (const line of payload.toString().split('\n')) {
      if (line !== '') partitions.push(JSON.parse(line) as CheckpointedPartition)
    }
  }
  return {
    header: JSON.parse(header.payload.toString()) as CheckpointHeader,
    metadata: JSON.parse(metadata.payload.toString()) as readonly MetadataRecord[],
    partitions
  }
}

interface Section {
  readonly kind: number
  readonly payload: Buffer
}

/** All sections up to the end, each of which has been checked. */
function readSections(bytes: Buffer): Section[] | undefined {
  const sections: Section[] = []
  for (let at = magic.byteLength; at + sectionHeaderBytes <= bytes.byteLength;) {
    const start = at + sectionHeaderBytes
    const end = start + bytes.readUInt32BE(at + 4)
    if (end > bytes.byteLength) return undefined
    if (bytes.readUInt32BE(at + 8) !== crc32c(bytes, start, end, crc32c(bytes, at, at + 8))) return undefined
    const kind = bytes.readUInt8(at)
    if (kind === SectionKind.end) return sections
    sections.push({ kind, payload: bytes.subarray(start, end) })
    at = end
  }
  return undefined
}
