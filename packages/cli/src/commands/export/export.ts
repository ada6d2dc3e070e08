/** Writes what a data folder holds for Apache Kafka, and says how to get it there. */
import { resolve } from 'node:path'
import { writeFully } from '@naru/base'
import { nodeDisk, nodeRandom } from '@naru/base/node'
import { handOver, type HandOver } from '@naru/storage/hand-over'
import { exitCodeOf, ExitCode } from '../../exit-codes.ts'
import type { Failure } from '../../failure.ts'
import { formatBytes, Progress } from '../../output/progress.ts'
import type { Setting } from '../../program.ts'
import { folderFailure, type Sentences } from '../folder-failure.ts'
import type { ExportOptions } from './command.ts'
import { createTopicsScript, installScript } from './scripts.ts'

export async function exportData(setting: Setting, options: ExportOptions): Promise<void> {
  const { host, messages } = setting
  const target = resolve(options.toKafka)
  const dryRun = options.dryRun === true
  let readBytes = 0
  const progress = new Progress(host, { writesData: false }, () =>
    messages.text('export.progress', { bytes: formatBytes(readBytes) })
  )
  try {
    const handed = await handOver({
      disk: nodeDisk,
      directory: resolve(options.data),
      target,
      dryRun,
      clock: host.clock,
      timers: host.timers,
      random: nodeRandom,
      logger: { log: () => undefined },
      onProgress: (bytes) => {
        host.interrupted.throwIfAborted()
        readBytes += bytes
      }
    })
    if (!dryRun) await writeScripts(target, handed)
    await progress.end()
    await tell(setting, handed, dryRun ? undefined : options.toKafka)
  } catch (error) {
    throw await exportFailure(setting, options, error)
  } finally {
    await progress.end()
  }
}

async function writeScripts(target: string, handed: HandOver): Promise<void> {
  const scripts = { 'create-topics.sh': createTopicsScript(handed), 'install.sh': installScript() }
  for (const [name, text] of Object.entries(scripts)) {
    const file = await nodeDisk.open(`${target}/${name}`, { mode: 'create' })
    try {
      await writeFully(file, [Buffer.from(text)], 0)
      await file.datasync()
    } finally {
      await file.close()
    }
  }
}

async function tell(
  { host, messages }: Setting,
  { topics }: HandOver,
  folder: string | undefined
): Promise<void> {
  for (const { name, partitions } of topics) {
    const bytes = partitions.reduce((sum, partition) => sum + partition.bytes, 0)
    const ended = partitions.reduce((sum, { endedTransactions }) => sum + endedTransactions, 0)
    const values = { topic: name, partitions: partitions.length, bytes: formatBytes(bytes) }
    await host.stdout.write(`${messages.text('export.topic', values)}\n`)
    if (ended > 0) await host.stdout.write(`${messages.text('export.ended', { count: ended })}\n`)
  }
  if (folder === undefined) return host.stdout.write(`${messages.text('export.dry-run')}\n`)
  await host.stdout.write(`${messages.lookup('export.done', { folder })}\n`)
}

const sentences: Sentences = {
  NOT_EMPTY: 'export.not-empty',
  RECORDS_LOST: 'export.records-lost',
  ENOSPC: 'export.no-space'
}

function exitCode(code: string): ExitCode {
  if (code === 'NOT_EMPTY') return ExitCode.refused
  return code === 'NO_DATA_FOLDER' ? ExitCode.notFound : exitCodeOf(code)
}

function exportFailure(
  setting: Setting,
  { data, toKafka: folder }: ExportOptions,
  error: unknown
): Promise<Failure> {
  const command = `export --to-kafka ${folder}`
  return folderFailure(setting, error, {
    disk: nodeDisk,
    data,
    command,
    sentences,
    values: { folder },
    exitCode
  })
}
