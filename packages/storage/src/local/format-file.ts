/**
 * The file `format` of a data folder: which version wrote it, the cluster id, and the secret that seeds the
 * checksums of the journal. It never changes. The line stands in it twice, so that a damaged one costs nothing.
 */
import { errorCode, NaruError, readFully, writeFully, type Disk, type Random } from '@naru/base'
import { crc32c } from '@naru/protocol'
import type { Failpoint } from '../failpoints.ts'
import { newClusterId } from '../metadata/cluster-id.ts'

/** Version 1, whose frames did not know their place, was never released. */
const formatVersion = 3
const formatBytesMax = 4096

export interface DataFormat {
  readonly version: number
  readonly clusterId: string
  readonly secret: Uint8Array
}

export interface FormatPlace {
  readonly disk: Disk
  readonly directory: string
  readonly random: Random
  readonly failpoint?: Failpoint | undefined
  /** Of the cluster whose data the folder takes over; a new one unless given. */
  readonly clusterId?: string | undefined
}

const unreadable = new Set(['EACCES', 'EPERM'])

/** Names that may stand in a folder before it is a data folder. */
const harmlessNames = new Set(['lock', 'format.tmp', 'lost+found'])

/** Stands in a folder that a take-over from Kafka writes, until it is a data folder. */
export const takingOverName = 'taking-over'

/** Refuses a folder that holds something else, or half of what a take-over was to bring. */
export async function refuseForeignFolder(disk: Disk, directory: string): Promise<void> {
  const names = (await disk.list(directory)).map((entry) => entry.name)
  if (names.includes('format') || names.every((name) => harmlessNames.has(name))) return
  if (names.includes(takingOverName))
    throw new NaruError('UNFINISHED_IMPORT', `an import into ${directory} was not finished`)
  throw new NaruError(
    'FOREIGN_FOLDER',
    `${directory} is not empty and was not made by naru: choose another data folder, or an empty one`
  )
}

/** Reads the format, or makes it when the folder is new. */
export async function openFormat(place: FormatPlace): Promise<DataFormat> {
  const { disk, directory } = place
  const path = `${directory}/format`
  let text: string
  try {
    text = await readText(disk, path)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
    return makeFormat(place, path)
  }
  for (const format of formatLines(text)) {
    if (format.version === formatVersion) return format
    if (format.version < formatVersion) {
      throw new NaruError(
        'OLDER_FORMAT',
        `${directory} was written by a naru from before the first release (format ${format.version}): start with an empty folder`
      )
    }
    throw new NaruError(
      'NEWER_FORMAT',
      `${directory} was written by a newer naru (format ${format.version}, this one knows ${formatVersion}): install the newer version`
    )
  }
  throw new NaruError('FORMAT_DAMAGED', `${path} cannot be read: restore the file from a backup`)
}

async function readText(disk: Disk, path: string): Promise<string> {
  const file = await disk.open(path, { mode: 'read' })
  try {
    const bytes = Buffer.alloc(formatBytesMax)
    return bytes.toString('utf8', 0, await readFully(file, bytes, 0))
  } finally {
    await file.close()
  }
}

/** The lines of the file that check. */
export function formatLines(text: string): readonly DataFormat[] {
  const lines = text
    .split('\n')
    .map(parseLine)
    .filter((format) => format !== undefined)
  if (lines.length > 0) return lines
  // Where what parts the two is damaged, they seem to be one.
  const first = parseLine(text.slice(0, text.length / 2 - 1))
  return first === undefined ? [] : [first]
}

function parseLine(line: string): DataFormat | undefined {
  const space = line.lastIndexOf(' ')
  const json = line.slice(0, space)
  if (space < 0 || checksum(json) !== line.slice(space + 1)) return undefined
  const parsed = JSON.parse(json) as { version: number; clusterId: string; secret: string }
  return {
    version: parsed.version,
    clusterId: parsed.clusterId,
    secret: Buffer.from(parsed.secret, 'hex')
  }
}

function checksum(json: string): string {
  return crc32c(Buffer.from(json)).toString(16).padStart(8, '0')
}

async function makeFormat(place: FormatPlace, path: string): Promise<DataFormat> {
  const { disk, directory, random, failpoint } = place
  const secret = random.bytes(16)
  const clusterId = place.clusterId ?? newClusterId(random)
  const json = JSON.stringify({
    format: 'naru-data',
    version: formatVersion,
    clusterId,
    secret: Buffer.from(secret).toString('hex')
  })
  const line = `${json} ${checksum(json)}\n`
  await syncAncestors(disk, directory)
  await failpoint?.('format-write')
  const temporary = `${path}.tmp`
  await disk.remove(temporary)
  const file = await disk.open(temporary, { mode: 'create' })
  try {
    await writeFully(file, [Buffer.from(line + line)], 0)
    await file.datasync()
  } finally {
    await file.close()
  }
  await failpoint?.('format-rename')
  await disk.rename(temporary, path)
  await disk.syncDirectory(directory)
  await failpoint?.('format-renamed')
  return { version: formatVersion, clusterId, secret }
}

/** The folder may be new, and folders above it, too: their names have to be durable before anything in it is. */
async function syncAncestors(disk: Disk, directory: string): Promise<void> {
  for (let at = directory.lastIndexOf('/'); at >= 0; at = directory.lastIndexOf('/', at - 1)) {
    try {
      await disk.syncDirectory(at === 0 ? '/' : directory.slice(0, at))
    } catch (error) {
      // A folder that we may not open was there before us.
      if (!unreadable.has(errorCode(error) ?? '')) throw error
      return
    }
    if (at === 0) return
  }
  if (!directory.startsWith('/')) await disk.syncDirectory('.')
}
