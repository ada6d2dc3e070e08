/**
 * The broker is killed at every append that a transaction needs: before it, behind it, and when only a part of it has
 * reached the log. After the next start the transaction has to end, all or nothing has to show, and what was
 * answered has to be true.
 */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { SILENT_LOGGER } from '@naru/base'
import { nodeClock, nodeNetwork, nodeRandom, nodeTimers } from '@naru/base/node'
import { BrokerConfig, startBroker, type RunningBroker } from '@naru/broker'
import { ErrorCode, threadPoolCompression } from '@naru/protocol'
import { openMemoryStorage, type AppendBatch, type AppendResult, type Storage } from '@naru/storage'
import { RawClient } from '../raw-client.ts'
import { createTopic } from '../requests.ts'
import {
  committedOffset,
  readCommitted,
  TransactionClient,
  V1,
  V2,
  type Versions
} from './transaction-client.ts'

const TOPIC = 'copy'
const GROUP = 'copiers'
const ID = 'copier'
/** More than the story appends; a run without a crash ends the loop. */
const STEPS_MAX = 60

/** The broker that is killed does not end anything by itself. */
const NEVER_MS = 600_000

type Mode = 'before' | 'behind' | 'half'

const shared = {
  clock: nodeClock,
  timers: nodeTimers,
  random: nodeRandom,
  logger: SILENT_LOGGER,
  compression: threadPoolCompression
}

/** A log that stops the broker at one of its appends. */
class CrashingLog {
  readonly #storage: Storage
  readonly #at: number
  readonly #mode: Mode
  readonly #crash: () => void
  #appends = 0

  constructor(options: { storage: Storage; at: number; mode: Mode; crash: () => void }) {
    this.#storage = options.storage
    this.#at = options.at
    this.#mode = options.mode
    this.#crash = options.crash
  }

  /** A storage that is the given one up to the crash, and answers nothing from then on. */
  wrapped(): Storage {
    const { log } = this.#storage
    const append = (batches: readonly AppendBatch[]): Promise<readonly AppendResult[]> =>
      this.#append(batches)
    // The log is an object of a class: what is not replaced is asked of itself.
    const wrapped = new Proxy(log, {
      get: (target, name) => {
        if (name === 'append') return append
        const value: unknown = Reflect.get(target, name)
        return typeof value === 'function' ? (value.bind(target) as unknown) : value
      }
    })
    return { ...this.#storage, log: wrapped }
  }

  async #append(batches: readonly AppendBatch[]): Promise<readonly AppendResult[]> {
    this.#appends++
    if (this.#appends < this.#at) return this.#storage.log.append(batches)
    if (this.#appends === this.#at) {
      if (this.#mode === 'behind') await this.#storage.log.append(batches)
      if (this.#mode === 'half') await this.#storage.log.append(batches.slice(0, batches.length >> 1))
      this.#crash()
    }
    return new Promise(() => undefined)
  }
}

/** With a check interval in milliseconds for transactions that take too long. */
function start(storage: Storage, abortCheckMs = 10): Promise<RunningBroker> {
  const statics = {
    'group.initial.rebalance.delay.ms': '0',
    'offsets.topic.num.partitions': '3',
    'transaction.state.log.num.partitions': '3',
    'transaction.abort.timed.out.transaction.cleanup.interval.ms': String(abortCheckMs)
  }
  const config = new BrokerConfig({ statics, nodeId: 0 })
  return startBroker({
    ...shared,
    storage,
    config,
    network: nodeNetwork,
    listen: { host: '127.0.0.1', port: 0 }
  })
}

interface Told {
  committed: boolean
  crashed: boolean
}

/** One transaction that commits and one that aborts; ends early when the broker goes. */
async function tell(client: RawClient, versions: Versions, timeoutMs: number, told: Told): Promise<void> {
  const producer = new TransactionClient(client, ID, versions)
  if ((await producer.init({ timeoutMs })) !== ErrorCode.NONE) return
  if (!(await write(producer, versions, 'one', 7))) return
  told.committed = (await producer.end(true)) === ErrorCode.NONE
  if (!told.committed) return
  await producer.reaches('CompleteCommit')
  if (await write(producer, versions, 'two', 9)) await producer.end(false)
  await producer.reaches('CompleteAbort')
}

async function write(
  producer: TransactionClient,
  versions: Versions,
  value: string,
  offset: number
): Promise<boolean> {
  if (versions === V1) {
    await producer.add(TOPIC, [0, 1])
    await producer.addOffsets(GROUP)
  }
  return (
    (await producer.produce(TOPIC, value)) === ErrorCode.NONE &&
    (await producer.produce(TOPIC, value, 1)) === ErrorCode.NONE &&
    (await producer.commitOffsets(GROUP, { topic: TOPIC, offset })) === ErrorCode.NONE
  )
}

/** True when the broker was killed on the way. */
async function run(
  storage: Storage,
  versions: Versions,
  timeoutMs: number,
  at: number,
  mode: Mode
): Promise<Told> {
  const told: Told = { committed: false, crashed: false }
  const { promise: crashed, resolve } = Promise.withResolvers<void>()
  const crash = (): void => {
    told.crashed = true
    resolve()
  }
  const broker = await start(new CrashingLog({ storage, at, mode, crash }).wrapped(), NEVER_MS)
  const client = await RawClient.connect(broker)
  await Promise.race([crashed, tell(client, versions, timeoutMs, told)])
  const committed = told.committed
  await broker.abort()
  await client[Symbol.asyncDispose]()
  return { ...told, committed }
}

async function prepared(): Promise<Storage> {
  const config = new BrokerConfig({ statics: {}, nodeId: 0 })
  const storage = await openMemoryStorage({ ...shared, logConfig: config.logConfig })
  const broker = await start(storage)
  const client = await RawClient.connect(broker)
  await createTopic(client, TOPIC, 2)
  await committedOffset(client, GROUP, TOPIC, false)
  await new TransactionClient(client, 'warm', V2).init()
  await client[Symbol.asyncDispose]()
  await broker.close()
  return storage
}

/** Waits until nothing is undecided in the topic and in the group's slot. */
async function untilDecided({ context }: RunningBroker): Promise<void> {
  const names = [TOPIC, '__consumer_offsets']
  for (;;) {
    const open = names.some((name) => {
      const topic = context.topics.byName(name)
      const partitions = Array.from({ length: topic?.partitionCount ?? 0 }, (_, partition) => partition)
      return partitions.some((partition) => {
        const state = context.storage.log.state(topic?.topicId ?? ('' as never), partition)
        return state?.lastStableOffset !== state?.highWatermark
      })
    })
    if (!open) return
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

/** What readers see: of the first transaction all or nothing, of the second nothing. */
async function check(client: RawClient, told: Told, name: string): Promise<void> {
  const first = await readCommitted(client, TOPIC)
  const second = await readCommitted(client, TOPIC, 1)
  const { offset, error } = await committedOffset(client, GROUP, TOPIC, true)
  const isThere = first.length > 0
  assert.deepEqual([first, second], isThere ? [['one'], ['one']] : [[], []], name)
  assert.deepEqual({ offset, error }, { offset: isThere ? 7 : -1, error: ErrorCode.NONE }, name)
  if (told.committed) assert.ok(isThere, `${name}: a commit that was answered is there`)
}

async function survives(versions: Versions, at: number, mode: Mode, comesBack: boolean): Promise<boolean> {
  const name = `append ${at} ${mode}`
  const storage = await prepared()
  const told = await run(storage, versions, comesBack ? 60_000 : 30, at, mode)
  const broker = await start(storage)
  const client = await RawClient.connect(broker)
  const producer = new TransactionClient(client, ID, versions)
  if (comesBack) await producer.initialized()
  await untilDecided(broker)
  await check(client, told, name)
  // The id can be used again, and goes on as if nothing had been.
  await producer.initialized()
  if (versions === V1) await producer.add(TOPIC)
  assert.equal(await producer.produce(TOPIC, 'after'), ErrorCode.NONE, name)
  assert.equal(await producer.end(true), ErrorCode.NONE, name)
  await producer.reaches('CompleteCommit')
  assert.equal((await readCommitted(client, TOPIC)).at(-1), 'after', name)
  await client[Symbol.asyncDispose]()
  await broker.close()
  return told.crashed
}

const stories: readonly (readonly [string, Versions, Mode, boolean])[] = [
  ['version 1', V1, 'behind', true],
  ['version 1', V1, 'half', false],
  ['version 2', V2, 'before', true],
  ['version 2', V2, 'behind', false],
  ['version 2', V2, 'half', true]
]

suite('a crash at any append of transactions', () => {
  for (const [version, versions, mode, comesBack] of stories) {
    const who = comesBack ? 'its producer comes back' : 'nobody comes back'
    test(`of ${version}, ${mode} it: they end, all or nothing shows, and ${who}`, async () => {
      let steps = 0
      while (steps < STEPS_MAX && (await survives(versions, steps + 1, mode, comesBack))) steps++
      assert.ok(steps >= 8 && steps < STEPS_MAX, `the story took ${steps} appends`)
    })
  }
})
