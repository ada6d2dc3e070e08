/** Takes the data of a stopped Apache Kafka over into a data folder, and says how to go on. */
import { resolve } from 'node:path'
import { errorCode } from '@naru/base'
import { nodeDisk, nodeRandom } from '@naru/base/node'
import { takeOver, type TakeOver } from '@naru/storage/take-over'
import { ExitCode, exitCodeOf } from '../../exit-codes.ts'
import { Failure } from '../../failure.ts'
import type { MessageKey } from '../../i18n/messages.ts'
import { formatBytes, Progress } from '../../output/progress.ts'
import type { Setting } from '../../program.ts'
import type { ImportOptions } from './command.ts'

export async function importData(setting: Setting, options: ImportOptions): Promise<void> {
  const { host, messages } = setting
  let readBytes = 0
  const progress = new Progress(host, { writesData: false }, () =>
    messages.text('export.progress', { bytes: formatBytes(readBytes) })
  )
  try {
    const taken = await takeOver({
      disk: nodeDisk,
      sources: options.fromKafka.split(',').map((folder) => resolve(folder.trim())),
      target: resolve(options.data),
      dryRun: options.dryRun === true,
      clock: host.clock,
      random: nodeRandom,
      logger: { log: () => undefined },
      onProgress: (bytes) => void (readBytes += bytes)
    })
    await progress.end()
    await tell(setting, taken, options)
  } catch (error) {
    throw importFailure(setting, options, error)
  } finally {
    await progress.end()
  }
}

async function tell(
  { host, messages }: Setting,
  { topics, leftBehind }: TakeOver,
  options: ImportOptions
): Promise<void> {
  for (const { name, partitions } of topics) {
    const bytes = partitions.reduce((sum, partition) => sum + partition.bytes, 0)
    const open = partitions.reduce((sum, { openTransactions }) => sum + openTransactions, 0)
    const values = { topic: name, partitions: partitions.length, bytes: formatBytes(bytes) }
    await host.stdout.write(`${messages.text('export.topic', values)}\n`)
    if (open > 0) await host.stdout.write(`${messages.text('import.open', { count: open })}\n`)
  }
  const { acls, users, quotas, delegationTokens, settings } = leftBehind
  if (acls + users + quotas + delegationTokens > 0) {
    const values = { acls, users, quotas, tokens: delegationTokens }
    await host.stdout.write(`${messages.text('import.left-behind', values)}\n`)
  }
  if (settings > 0) await host.stdout.write(`${messages.text('import.left-settings', { count: settings })}\n`)
  if (options.dryRun === true) return host.stdout.write(`${messages.text('export.dry-run')}\n`)
  await host.stdout.write(`${messages.lookup('import.done', { data: options.data })}\n`)
}

const sentences: Readonly<Partial<Record<string, MessageKey>>> = {
  LOCKED: 'serve.locked',
  NOT_EMPTY: 'import.not-empty',
  FOREIGN_FOLDER: 'import.not-empty',
  ENOSPC: 'export.no-space',
  NOT_KAFKA: 'import.not-kafka',
  KAFKA_NOT_STOPPED: 'import.not-stopped',
  KAFKA_VERSION: 'import.version',
  KAFKA_INCOMPLETE: 'import.incomplete',
  KAFKA_REMOTE: 'import.remote',
  KAFKA_OLD_RECORDS: 'import.old-records',
  KAFKA_COMPRESSED_OFFSETS: 'import.compressed-offsets',
  KAFKA_LOG_DAMAGED: 'import.damaged'
}

const failing = new Set(['KAFKA_LOG_DAMAGED', 'ENOSPC'])

function importFailure({ messages }: Setting, options: ImportOptions, error: unknown): Failure {
  const code = errorCode(error) ?? ''
  const reason = error instanceof Error ? error.message : String(error)
  const values = { data: options.data, folder: options.data, kafka: options.fromKafka, reason }
  const known = sentences[code]
  const exitCode = code === 'NOT_KAFKA' ? ExitCode.notFound : ExitCode.refused
  return new Failure(
    known === undefined || failing.has(code) ? exitCodeOf(code) : exitCode,
    messages.lookup(known ?? 'import.unreadable', values),
    { ...(code === 'LOCKED' ? { next: messages.text('next.stop-broker') } : {}), cause: error }
  )
}
