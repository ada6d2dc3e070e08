/**
 * The log folder of an Apache Kafka that runs as one node of its own (KRaft): is it one, and has the node stopped in an
 * orderly way? A running node has taken `.kafka_cleanshutdown` away at its start and holds a lock that only Java sees.
 */
import { errorCode, NaruError, readFully, type Disk } from '@naru/base'
import { takeOverTextBytesMax } from './limits.ts'

export const METADATA_FOLDER = '__cluster_metadata-0'
const CLEAN_STOP = '.kafka_cleanshutdown'

export interface KafkaFolder {
  readonly clusterId: string
  /** Names of what lies in the folder. */
  readonly names: ReadonlySet<string>
  /** Where logs begin whose first records were deleted, by `topic-partition`. */
  readonly logStarts: ReadonlyMap<string, number>
}

/** Rejects with NOT_KAFKA, or with KAFKA_NOT_STOPPED when it runs or has died. */
export async function openKafkaFolder(disk: Disk, source: string): Promise<KafkaFolder> {
  const names = new Set(await namesIn(disk, source))
  const properties = names.has('meta.properties') ? await textOf(disk, `${source}/meta.properties`) : ''
  const clusterId = /^cluster\.id=(\S+)$/m.exec(properties)?.[1]
  if (clusterId === undefined || !names.has(METADATA_FOLDER)) {
    throw new NaruError(
      'NOT_KAFKA',
      `${source} is not the log folder of an Apache Kafka node: it has no meta.properties, or no ${METADATA_FOLDER}`
    )
  }
  if (!names.has(CLEAN_STOP)) {
    throw new NaruError(
      'KAFKA_NOT_STOPPED',
      `the node of ${source} runs, or was not stopped in an orderly way`
    )
  }
  const starts = names.has('log-start-offset-checkpoint')
    ? await textOf(disk, `${source}/log-start-offset-checkpoint`)
    : ''
  return { clusterId, names, logStarts: parseStarts(starts) }
}

async function namesIn(disk: Disk, path: string): Promise<readonly string[]> {
  try {
    return (await disk.list(path)).map(({ name }) => name)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' && errorCode(error) !== 'ENOTDIR') throw error
    throw new NaruError('NOT_KAFKA', `${path} is not a folder`, { cause: error })
  }
}

/** A version, a count, and a line per partition. */
function parseStarts(text: string): Map<string, number> {
  const starts = new Map<string, number>()
  for (const line of text.split('\n').slice(2)) {
    const [topic, partition, offset] = line.split(' ')
    if (offset !== undefined) starts.set(`${topic}-${partition}`, Number(offset))
  }
  return starts
}

async function textOf(disk: Disk, path: string): Promise<string> {
  return (await wholeFile(disk, path, takeOverTextBytesMax)).toString('utf8')
}

/** The file's bytes; rejects with KAFKA_LOG_DAMAGED when it is larger than such a file can be. */
export async function wholeFile(disk: Disk, path: string, bytesMax: number): Promise<Buffer> {
  const file = await disk.open(path, { mode: 'read' })
  try {
    const size = await file.size()
    if (size > bytesMax) throw damaged(path, 0, `${size} bytes are too many`)
    const bytes = Buffer.alloc(size)
    return bytes.subarray(0, await readFully(file, bytes, 0))
  } finally {
    await file.close()
  }
}

export function damaged(path: string, position: number, why: string): NaruError {
  return new NaruError('KAFKA_LOG_DAMAGED', `${path} at ${position}: ${why}`)
}
