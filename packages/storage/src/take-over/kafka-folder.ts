/**
 * The log folders of an Apache Kafka that runs as one node of its own (KRaft): are they that, are they all of one node,
 * and has it stopped in an orderly way? A running node has taken `.kafka_cleanshutdown` away at its start and holds a
 * lock that only Java sees.
 */
import { errorCode, NaruError, readFully, type Disk } from '@naru/base'
import { takeOverTextBytesMax } from './limits.ts'

const METADATA_FOLDER = '__cluster_metadata-0'
const CLEAN_STOP = '.kafka_cleanshutdown'
/** `topic-partition`; what is being moved or deleted, or belongs to nobody, has a dot and a word behind it. */
const PARTITION_FOLDER = /^[\w.-]+-\d+$/

export interface KafkaFolders {
  readonly clusterId: string
  readonly nodeId: number
  readonly metadataFolder: string
  /** Where a partition lies, by `topic-partition`. */
  readonly partitions: ReadonlyMap<string, string>
  /** Where logs begin whose first records were deleted, by `topic-partition`. */
  readonly logStarts: ReadonlyMap<string, number>
  /** Up to where logs were synced when the node stopped, which is their end, by `topic-partition`. */
  readonly logEnds: ReadonlyMap<string, number>
}

interface OneFolder {
  readonly path: string
  readonly clusterId: string
  readonly nodeId: number
  readonly names: ReadonlySet<string>
  readonly partitions: readonly string[]
}

/** Rejects with NOT_KAFKA or KAFKA_INCOMPLETE, or with KAFKA_NOT_STOPPED when it runs or has died. */
export async function openKafkaFolders(disk: Disk, sources: readonly string[]): Promise<KafkaFolders> {
  const folders: OneFolder[] = []
  for (const source of new Set(sources)) folders.push(await openOne(disk, source))
  const [first, ...others] = folders
  const withMetadata = folders.find(({ names }) => names.has(METADATA_FOLDER))
  if (first === undefined || withMetadata === undefined) throw notKafka(sources.join(','))
  for (const { path, clusterId, nodeId } of others) {
    if (clusterId === first.clusterId && nodeId === first.nodeId) continue
    throw new NaruError('KAFKA_INCOMPLETE', `${path} belongs to another node than ${first.path}`)
  }
  needStopped(folders)
  const logStarts = new Map<string, number>()
  const logEnds = new Map<string, number>()
  for (const folder of folders) {
    await readOffsets(disk, { folder, file: 'log-start-offset-checkpoint', into: logStarts })
    await readOffsets(disk, { folder, file: 'recovery-point-offset-checkpoint', into: logEnds })
  }
  return {
    clusterId: first.clusterId,
    nodeId: first.nodeId,
    metadataFolder: `${withMetadata.path}/${METADATA_FOLDER}`,
    partitions: partitionsOf(folders),
    logStarts,
    logEnds
  }
}

/** Whether the node has been started since: then what was read is of no time that ever was. */
export async function needStoppedStill(disk: Disk, sources: readonly string[]): Promise<void> {
  const folders: OneFolder[] = []
  for (const source of new Set(sources)) folders.push(await openOne(disk, source))
  needStopped(folders)
}

async function openOne(disk: Disk, path: string): Promise<OneFolder> {
  const names = new Set(await namesIn(disk, path))
  const properties = names.has('meta.properties') ? await textOf(disk, `${path}/meta.properties`) : ''
  const clusterId = /^cluster\.id=(\S+)$/m.exec(properties)?.[1]
  const nodeId = /^node\.id=(\d+)$/m.exec(properties)?.[1]
  if (clusterId === undefined || nodeId === undefined) throw notKafka(path)
  const partitions = [...names].filter((name) => PARTITION_FOLDER.test(name) && name !== METADATA_FOLDER)
  return { path, clusterId, nodeId: Number(nodeId), names, partitions }
}

function notKafka(path: string): NaruError {
  return new NaruError(
    'NOT_KAFKA',
    `${path} is not the log folder of an Apache Kafka node: it has no meta.properties, or no ${METADATA_FOLDER}`
  )
}

/** A folder of its own for the metadata (`metadata.log.dir`) never tells of an orderly stop. */
function needStopped(folders: readonly OneFolder[]): void {
  const isStopped = ({ names }: OneFolder): boolean => names.has(CLEAN_STOP)
  const running = folders.find((folder) => !isStopped(folder) && folder.partitions.length > 0)
  if (running === undefined && folders.some(isStopped)) return
  const path = (running ?? folders[0])?.path ?? ''
  throw new NaruError('KAFKA_NOT_STOPPED', `the node of ${path} runs, or was not stopped in an orderly way`)
}

function partitionsOf(folders: readonly OneFolder[]): Map<string, string> {
  const found = new Map<string, string>()
  for (const { path, partitions } of folders) {
    for (const name of partitions) {
      const other = found.get(name)
      if (other !== undefined)
        throw new NaruError('KAFKA_INCOMPLETE', `${name} lies in ${other} and in ${path}/${name}`)
      found.set(name, `${path}/${name}`)
    }
  }
  return found
}

async function namesIn(disk: Disk, path: string): Promise<readonly string[]> {
  try {
    return (await disk.list(path)).map(({ name }) => name)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' && errorCode(error) !== 'ENOTDIR') throw error
    throw new NaruError('NOT_KAFKA', `${path} is not a folder`, { cause: error })
  }
}

interface OffsetsFile {
  readonly folder: OneFolder
  readonly file: string
  readonly into: Map<string, number>
}

/** A version, a count, and a line per partition. */
async function readOffsets(disk: Disk, { folder, file, into }: OffsetsFile): Promise<void> {
  if (!folder.names.has(file)) return
  const text = await textOf(disk, `${folder.path}/${file}`)
  for (const line of text.split('\n').slice(2)) {
    const [topic, partition, offset] = line.split(' ')
    if (offset !== undefined) into.set(`${topic}-${partition}`, Number(offset))
  }
}

/** The text of one of Kafka's small files. */
export async function textOf(disk: Disk, path: string): Promise<string> {
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
