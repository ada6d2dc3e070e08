/** Names of the files in a partition's folder; apart from the sidecar they are Kafka's. */

export const FileKind = {
  log: 'log',
  index: 'index',
  timeIndex: 'timeindex',
  transactionIndex: 'txnindex',
  sidecar: 'crc'
} as const
export type FileKind = (typeof FileKind)[keyof typeof FileKind]

/** Appended by a rename to the files of a segment that is going away, as Kafka does. */
export const deletedSuffix = '.deleted'
/** Appended to a file that is being written and will replace another one. */
export const temporarySuffix = '.tmp'

const namePattern =
  /^(\d{20})\.(log|index|timeindex|txnindex|crc)((?:\.g\d+)?\.deleted|\.tmp|\.g\d+\.cleaned)?$/
const asidePattern = /^\.g\d+\.deleted$/

/** Appended to the files of a segment that compaction has written and that are not in their place yet. */
export function stagedSuffix(generation: number): string {
  return `.g${generation}.cleaned`
}

/** Appended to the files of a segment that another generation has taken the place of. */
export function asideSuffix(generation: number): string {
  return `.g${generation}.deleted`
}

export function isAside(suffix: string): boolean {
  return asidePattern.test(suffix)
}

export interface SegmentFileName {
  readonly baseOffset: number
  readonly extension: string
  readonly suffix: string
}

export function segmentFileName(baseOffset: number, kind: FileKind): string {
  return `${String(baseOffset).padStart(20, '0')}.${kind}`
}

export function segmentPath(directory: string, baseOffset: number, kind: FileKind): string {
  return `${directory}/${segmentFileName(baseOffset, kind)}`
}

/** Undefined for names that are not ours to touch. */
export function parseSegmentFileName(name: string): SegmentFileName | undefined {
  const match = namePattern.exec(name)
  if (match === null) return undefined
  return { baseOffset: Number(match[1]), extension: match[2] as string, suffix: match[3] ?? '' }
}

/** The folder that a path lies in. */
export function parentDirectory(path: string): string {
  const slash = path.lastIndexOf('/')
  if (slash < 0) return '.'
  return slash === 0 ? '/' : path.slice(0, slash)
}
