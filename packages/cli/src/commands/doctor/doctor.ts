/** Examines a data folder, tells what it found, and repairs it when it is told to. */
import { resolve } from 'node:path'
import type { Disk } from '@naru/base'
import { nodeDisk, nodeRandom } from '@naru/base/node'
import {
  examine,
  planRepair,
  repair,
  type Examination,
  type ExamineOptions,
  type RepairPlan
} from '@naru/storage/doctor'
import { confirm } from '../../confirm.ts'
import { ExitCode } from '../../exit-codes.ts'
import { Failure } from '../../failure.ts'
import type { MessageKey } from '../../i18n/messages.ts'
import { formatBytes, Progress } from '../../output/progress.ts'
import type { Setting } from '../../program.ts'
import type { DoctorOptions } from './command.ts'
import { folderFailure } from '../folder-failure.ts'
import { describeFinding, describePlan, isRepairable } from './describe-finding.ts'

export async function doctor(setting: Setting, options: DoctorOptions, disk: Disk = nodeDisk): Promise<void> {
  const { host, messages } = setting
  let readBytes = 0
  const data = resolve(options.data)
  const examined: ExamineOptions = {
    disk,
    directory: data,
    clock: host.clock,
    timers: host.timers,
    random: nodeRandom,
    pace: (bytes) => {
      host.interrupted.throwIfAborted()
      readBytes += bytes
    }
  }
  const progress = new Progress(host, { writesData: options.json === true }, () =>
    messages.text('doctor.progress', { bytes: formatBytes(readBytes) })
  )
  try {
    const before = await examine(examined)
    await progress.end()
    await tell(setting, options, before)
    if (options.repair !== true || before.verdict === 'clean') return judge(setting, options, before)
    const plan = planRepair(before)
    for (const line of describePlan(plan, messages)) await host.stderr.write(`${line}\n`)
    if (options.dryRun === true || !isRepairable(before)) return judge(setting, options, before)
    await carryOut(setting, options, examined, plan)
  } catch (error) {
    throw error instanceof Failure
      ? error
      : await folderFailure(setting, error, {
          disk,
          data,
          command: 'doctor',
          exitCode: () => ExitCode.notFound
        })
  } finally {
    await progress.end()
  }
}

async function carryOut(
  setting: Setting,
  options: DoctorOptions,
  examined: ExamineOptions,
  plan: RepairPlan
): Promise<void> {
  const { messages } = setting
  const question = messages.text('doctor.confirm-repair', { data: examined.directory })
  await confirm(setting, question, options.yes === true)
  const after = await repair(examined, plan)
  await setting.host.stderr.write(`${messages.text('doctor.repaired')}\n`)
  await tell(setting, options, after)
  judge(setting, options, after)
}

async function tell({ host, messages }: Setting, options: DoctorOptions, found: Examination): Promise<void> {
  if (options.json === true) return host.stdout.write(`${JSON.stringify(found, undefined, 2)}\n`)
  const { findings } = found
  for (const finding of findings) {
    await host.stdout.write(`${describeFinding(finding, findings, messages)}\n`)
  }
  const more = found.findingCount - found.findings.length
  if (more > 0) await host.stdout.write(`${messages.text('doctor.more', { count: more })}\n`)
  const { topics, partitions, batches, bytes } = found.totals
  const totals = { topics, partitions, batches, bytes: formatBytes(bytes) }
  await host.stdout.write(`${messages.text('doctor.totals', totals)}\n`)
  if (found.verdict === 'clean') await host.stdout.write(`${messages.text('doctor.clean')}\n`)
}

/** Damage ends the command with its exit code and the next step. */
function judge({ messages }: Setting, options: DoctorOptions, { verdict }: Examination): void {
  if (verdict === 'clean') return
  const key: MessageKey = verdict === 'refused' ? 'doctor.refuses' : 'doctor.damaged'
  const next = options.repair === true ? 'doctor.next.restore' : 'doctor.next.repair'
  throw new Failure(ExitCode.failed, messages.text(key, { data: options.data }), {
    next: messages.text(next, { data: options.data })
  })
}
