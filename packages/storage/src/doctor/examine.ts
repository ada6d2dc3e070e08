/**
 * Examines a data folder without changing it: tries the recovery of the engine on an overlay, reads every record that it
 * gives, and compares the files with each other. Nobody else may have the folder open meanwhile.
 */
import {
  errorCode,
  NaruError,
  type Clock,
  type Disk,
  type Logger,
  type LogFields,
  type Random,
  type Timers
} from '@naru/base'
import type { Compression } from '@naru/protocol'
import type { Storage } from '../ports/index.ts'
import { checkCheckpoints, checkFormat, checkSegments, checkSnapshots } from './files-check.ts'
import { Findings, type Finding } from './finding.ts'
import { findingsMax } from './limits.ts'
import { checkLogs, type LogTotals } from './log-check.ts'
import { OverlayDisk } from './overlay-disk.ts'
import { openReadOnly } from './read-only-storage.ts'

export interface ExamineOptions {
  readonly disk: Disk
  readonly directory: string
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly compression?: Compression | undefined
  /** Between two reads: lets the caller hold a rate, say how far it is, or end everything by a throw. */
  readonly pace?: ((bytes: number) => Promise<void> | undefined) | undefined
}

export interface Examination {
  /** `refused`: a start would refuse the folder, so that only the files were looked at. */
  readonly verdict: 'clean' | 'damaged' | 'refused'
  /** The last process stopped in an orderly way. */
  readonly cleanStop: boolean | undefined
  readonly totals: LogTotals
  readonly findings: readonly Finding[]
  /** More than are listed when there are very many. */
  readonly findingCount: number
}

/** Codes of a folder that is not for us to judge: no damage, and nothing to be repaired. */
const notOurs = new Set([
  'LOCKED',
  'FOREIGN_FOLDER',
  'UNFINISHED_IMPORT',
  'NEWER_FORMAT',
  'OLDER_FORMAT',
  'NO_DATA_FOLDER'
])

/** Rejects when the folder is locked, of another format, no data folder, or cannot be read. */
export async function examine(options: ExamineOptions): Promise<Examination> {
  const { disk, directory } = options
  await needDataFolder(disk, directory)
  const findings = new Findings(findingsMax)
  const found = (finding: Finding): void => findings.add(finding)
  const pace = options.pace ?? (() => undefined)
  const overlay = await OverlayDisk.over(disk, directory)
  let totals: LogTotals = { topics: 0, partitions: 0, bytes: 0, batches: 0 }
  let storage: Storage | undefined
  let refused = false
  try {
    try {
      storage = await tryRecovery(options, overlay, found)
      totals = await checkLogs(storage, { pace, found })
    } catch (error) {
      found(refusal(error))
      refused = true
    }
    await checkFormat(disk, directory, found)
    await checkSnapshots(disk, directory, found)
    const checkpoint = await checkCheckpoints(disk, directory, found)
    if (checkpoint !== undefined) await checkSegments({ disk, directory, pace }, checkpoint, found)
  } finally {
    await storage?.abandon()
  }
  return {
    verdict: refused ? 'refused' : findings.damageCount > 0 ? 'damaged' : 'clean',
    cleanStop: storage?.recovery.cleanStop,
    totals,
    findings: findings.all,
    findingCount: findings.count
  }
}

/** Why a start would refuse the folder; rethrows what says nothing about the folder. */
function refusal(error: unknown): Finding {
  const code = errorCode(error)
  if (!(error instanceof NaruError) || code === undefined || notOurs.has(code) || code.startsWith('E'))
    throw error
  const remedy = code === 'JOURNAL_DAMAGED' ? 'accept-loss' : 'restore'
  return { kind: 'refused', reason: `${code}: ${error.message}`, remedy }
}

/** Whoever mistypes the folder's name must not be told that all is well. */
export async function needDataFolder(disk: Disk, directory: string): Promise<void> {
  const names = (await disk.list(directory)).map(({ name }) => name)
  if (names.includes('format')) return
  throw new NaruError('NO_DATA_FOLDER', `${directory} holds no data of naru`)
}

function tryRecovery(
  options: ExamineOptions,
  disk: Disk,
  found: (finding: Finding) => void
): Promise<Storage> {
  const { clock, timers, random, directory, compression } = options
  return openReadOnly({ disk, directory, clock, timers, random, compression, logger: findingsOf(found) })
}

/** What the engine says of the journal; of segments the comparison tells more. */
function findingsOf(found: (finding: Finding) => void): Logger {
  const kinds: Readonly<Partial<Record<string, Pick<Finding, 'kind' | 'remedy'>>>> = {
    damage: { kind: 'journal-damaged', remedy: 'none' },
    'journal-cut': { kind: 'journal-cut', remedy: 'by-itself' },
    'journal-repaired': { kind: 'put-right', remedy: 'by-itself' }
  }
  return {
    log: (_level, event, fields: LogFields = {}) => {
      const kind = kinds[event]
      if (kind === undefined) return
      const { reason, file, position, bytes } = fields
      found({
        ...kind,
        reason: String(reason),
        ...(typeof file === 'string' ? { file } : {}),
        ...(typeof position === 'number' ? { position } : {}),
        ...(typeof bytes === 'number' ? { bytes } : {})
      })
    }
  }
}
