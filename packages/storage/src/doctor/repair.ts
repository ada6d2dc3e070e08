/**
 * Brings a data folder back into a state that a start accepts: removes files that the engine makes anew, goes on without
 * records that nobody can name, and writes down what there is, so that the next start does not meet the damage again.
 */
import { openLocalStorage } from '../local/index.ts'
import { examine, type Examination, type ExamineOptions } from './examine.ts'
import type { Finding } from './finding.ts'
import { keepEverything } from './keep-everything.ts'
import { checkLogs } from './log-check.ts'

export interface RepairPlan {
  readonly removedFiles: readonly string[]
  /** Records of the journal are gone, and nobody can tell which. */
  readonly acceptsLoss: boolean
  /** What no repair brings back. */
  readonly lost: readonly Finding[]
}

export function planRepair({ findings }: Examination): RepairPlan {
  const removed = findings.filter(({ remedy, file }) => remedy === 'remove-file' && file !== undefined)
  return {
    removedFiles: [...new Set(removed.map(({ file }) => file as string))],
    acceptsLoss: findings.some(({ remedy }) => remedy === 'accept-loss'),
    lost: findings.filter(({ remedy }) => remedy === 'restore')
  }
}

/** Carries the plan out and examines the folder again. Rejects when the folder cannot be opened even so. */
export async function repair(options: ExamineOptions, plan: RepairPlan): Promise<Examination> {
  const { disk, clock, timers, random, directory, compression } = options
  for (const path of plan.removedFiles) await disk.remove(path)
  const storage = await openLocalStorage({
    disk,
    clock,
    timers,
    random,
    directory,
    durability: 'fsync',
    logConfig: keepEverything,
    compression,
    acceptsLoss: true
  })
  try {
    // Readers make missing indexes anew when they need them.
    await checkLogs(storage, { pace: options.pace ?? (() => undefined), found: () => undefined })
  } finally {
    await storage.close()
  }
  return examine(options)
}
