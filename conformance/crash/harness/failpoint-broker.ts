/**
 * The broker of `naru serve`, which kills itself: `NARU_KILL_AT="prepare-commit durable 3"` names a step of a transaction,
 * the moment and how often it is passed before; `NARU_KILL_AT="compaction-swap there 0"` a failpoint of the storage. With
 * `NARU_HASTE` it writes out, checkpoints and compacts many times per second, so that a short life meets all of that.
 *
 *     node failpoint-broker.ts serve --listen HOST:PORT --data FOLDER -X name=value
 */
import { writeSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { parseArgs } from 'node:util'
import { SILENT_LOGGER } from '@naru/base'
import { nodeClock, nodeDisk, nodeNetwork, nodeRandom, nodeTimers, threadOffLoop } from '@naru/base/node'
import { BrokerConfig, startBroker } from '@naru/broker'
import { threadPoolCompression } from '@naru/protocol'
import {
  openLocalStorage,
  type AppendBatch,
  type AppendResult,
  type FailpointName,
  type Storage,
  type StorageLimits
} from '@naru/storage'
import { stepOf } from '../../transactions/steps.ts'

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    listen: { type: 'string', default: '127.0.0.1:9092' },
    data: { type: 'string', default: '' },
    X: { type: 'string', short: 'X', multiple: true, default: [] }
  }
})
const [step = '', moment = '', passes = '0'] = (process.env['NARU_KILL_AT'] ?? '').split(' ')
/** A write takes a millisecond or two: the broker dies before, in, or behind it. */
const DURING_MS_SPREAD = 3

/** What takes seconds otherwise. */
const HASTE: Partial<StorageLimits> = {
  checkpointAfterBytes: 2_000_000,
  checkpointAfterMs: 300,
  tailWriteOutBytes: 16 * 1024,
  tailQuietMs: 50,
  tailAgeMs: 100,
  cleanerBackoffMs: 50
}

let left = Number(passes)

function die(): never {
  writeSync(2, `killed at ${step} ${moment}\n`)
  process.kill(process.pid, 'SIGKILL')
  throw new Error('unreachable: the process is dead')
}

/** Whether one of the batches is the step to die at. */
function isDue(storage: Storage, batches: readonly AppendBatch[]): boolean {
  if (step === '') return false
  const { topicsById } = storage.metadata.image
  const isIt = batches.some((batch) => stepOf(topicsById.get(batch.topicId)?.name ?? '', batch) === step)
  return isIt && left-- === 0
}

/** The storage, whose log dies at the step. */
function deadly(storage: Storage): Storage {
  const { log } = storage
  const append = async (batches: readonly AppendBatch[]): Promise<readonly AppendResult[]> => {
    if (!isDue(storage, batches)) return log.append(batches)
    if (moment === 'before') die()
    const appended = log.append(batches)
    if (moment === 'during') setTimeout(die, Math.random() * DURING_MS_SPREAD)
    else await appended.then(die)
    return new Promise(() => undefined)
  }
  return replaced(storage, 'log', replaced(log, 'append', append))
}

/** An object of a class with one property replaced: methods are still called on the object itself. */
function replaced<Target extends object>(target: Target, property: keyof Target, by: unknown): Target {
  return new Proxy(target, {
    get: (object, name) => {
      if (name === property) return by
      const value: unknown = Reflect.get(object, name)
      return typeof value === 'function' ? (value.bind(object) as unknown) : value
    }
  })
}

function failpoint(name: FailpointName): void {
  if (moment === 'there' && name === step && left-- === 0) die()
}

const [host = '', port = ''] = values.listen.split(':')
const given = Object.fromEntries(values.X.map((pair) => pair.split('=') as [string, string]))
const statics = { 'group.initial.rebalance.delay.ms': '0', 'log.dirs': values.data, ...given }
const config = new BrokerConfig({ statics, nodeId: 0 })
const shared = { clock: nodeClock, timers: nodeTimers, random: nodeRandom, logger: SILENT_LOGGER }
const storage = await openLocalStorage({
  ...shared,
  disk: nodeDisk,
  directory: values.data,
  durability: 'fsync',
  offLoop: threadOffLoop,
  nodeId: 0,
  logConfig: config.logConfig,
  limits: { ...config.storageLimits, ...(process.env['NARU_HASTE'] === undefined ? {} : HASTE) },
  failpoint
})
await startBroker({
  ...shared,
  storage: deadly(storage),
  config,
  network: nodeNetwork,
  compression: threadPoolCompression,
  listen: { host, port: Number(port) }
})
// With NODE_COMPILE_CACHE: nobody who is killed leaves anything at its end.
flushCompileCache()
