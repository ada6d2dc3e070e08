// Plays a program at one broker: asks step by step, learns from the answers, and notes them for the comparison.

import { setTimeout as sleep } from 'node:timers/promises'
import { AssertionError } from '@naru/base'
import type { ApiMessage } from '@naru/protocol'
import { LIST_OFFSETS } from '@naru/protocol/messages/02-list-offsets'
import { METADATA } from '@naru/protocol/messages/03-metadata'
import { API_VERSIONS } from '@naru/protocol/messages/18-api-versions'
import { CREATE_TOPICS } from '@naru/protocol/messages/19-create-topics'
import { DELETE_TOPICS } from '@naru/protocol/messages/20-delete-topics'
import { DESCRIBE_CONFIGS } from '@naru/protocol/messages/32-describe-configs'
import { INCREMENTAL_ALTER_CONFIGS } from '@naru/protocol/messages/44-incremental-alter-configs'
import { DESCRIBE_TRANSACTIONS } from '@naru/protocol/messages/65-describe-transactions'
import type { RunningBroker } from '../../broker.ts'
import { completed, type Part } from '../defaults.ts'
import { normal } from '../normal.ts'
import type { Observation } from '../session.ts'
import { Wire, type Answer } from '../wire.ts'
import { Draw, LASTING_TOPICS, PASSING_TOPICS, TRANSACTIONS } from './draw.ts'
import { mutated } from './mutation.ts'
import type { Step } from './program.ts'
import { Seeded } from './seeded.ts'
import { Side } from './side.ts'
import type { Fields } from './step.ts'
import { withoutStrangers } from './strangers.ts'

const SILENCE_MS = 4000
const TOPIC = 2
/** A topic whose settings nobody compares. */
const BARRIER = 'barrier'
/** Errors of a partition that its broker is only about to lead. */
const NOT_YET = new Set([3, 5, 6, 56])

/** Tells whether the connection is still there. */
const probe = {
  message: API_VERSIONS,
  request: { clientSoftwareName: '', clientSoftwareVersion: '' },
  version: 0
}

export interface Played extends Observation {
  readonly step: Step
  /** False when the codec refused to write the request. */
  readonly sent: boolean
  readonly request: unknown
}

export class Player {
  readonly side: Side
  readonly #wire: Wire
  readonly #trails: boolean
  #barrier = 0

  /** `trails`: the broker knows later than its controller what has changed. */
  constructor(broker: RunningBroker, prefix: string, { trails }: { readonly trails: boolean }) {
    this.side = new Side(prefix)
    this.#trails = trails
    const { host, port } = broker
    this.#wire = new Wire({ host, port, clientId: 'generated' })
  }

  /** Makes the topics that stay, and one of those that do not. */
  async prepare(): Promise<void> {
    const own = (name: string): string => this.side.prefix + name
    const topic = (name: string, numPartitions: number, configs: Record<string, string> = {}) => ({
      name: own(name),
      numPartitions,
      replicationFactor: 1,
      configs: Object.entries(configs).map(([key, value]) => ({ name: key, value }))
    })
    const topics = [
      topic('plain', LASTING_TOPICS.plain),
      topic('single', LASTING_TOPICS.single, { 'max.message.bytes': '900' }),
      topic('compacted', LASTING_TOPICS.compacted, { 'cleanup.policy': 'compact' }),
      topic('alpha', 2),
      topic(BARRIER, 1)
    ]
    const created = await this.#quietly(CREATE_TOPICS, { topics, timeoutMs: 30_000 })
    for (const { name, topicId } of created.topics) this.side.learnTopic(name, topicId)
    await this.#metadataSettled()
  }

  async play(step: Step, at: number): Promise<Played> {
    const { kind, message, version } = step
    const label = `${message.name} v${version} #${at}${step.isMutated ? ' mutated' : ''}${step.damage ? ` ${step.damage}` : ''}`
    const random = new Seeded(step.seed)
    const part = kind.build(new Draw(random, this.side), version)
    const whole = completed<Fields>(message.key, part as Part<Fields>)
    const request = step.isMutated ? mutated(whole, random) : whole
    const answer = await this.#send(step, request)
    const base = { label, step, request, sent: answer !== 'unwritable' }
    if (typeof answer === 'string') return { ...base, seen: answer, raw: answer }
    if (answer.kind !== 'answered') return { ...base, seen: answer.kind, raw: answer.kind }
    const response = answer.response as Fields
    kind.learn?.(this.side, request, response)
    const shown = comparable(message.key, withoutStrangers(message.key, request, response, this.side.prefix))
    const seen = normal(shown, this.side.aliases)
    await this.#settled(step, request)
    return { ...base, seen, raw: response }
  }

  /** What nobody asks for any more is deleted, so that thousands of programs do not add up. */
  async clear(): Promise<void> {
    const names = [...Object.keys(LASTING_TOPICS), ...PASSING_TOPICS, BARRIER]
    const topics = names.map((name) => ({ name: this.side.prefix + name }))
    await this.#quietly(DELETE_TOPICS, { topics, timeoutMs: 30_000 })
    this.#wire.close()
  }

  async #send(
    step: Step,
    request: Fields
  ): Promise<Answer<unknown> | 'unwritable' | 'nothing' | 'closed' | 'silent' | 'answered'> {
    const { message, version, damage } = step
    if (message.key === PRODUCE && request['acks'] === 0 && damage === undefined) {
      return this.#wire.sendUnanswered(message, request, { version, probe })
    }
    const alter = damage === undefined ? {} : { alter: (frame: Buffer) => damaged(frame, damage) }
    try {
      return await this.#wire.send(message, request, { version, waitMs: SILENCE_MS, ...alter })
    } catch (error) {
      // A null where the protocol has none.
      if (error instanceof AssertionError || error instanceof TypeError) return 'unwritable'
      throw error
    }
  }

  async #settled({ kind }: Step, request: Fields): Promise<void> {
    if (kind.settle === 'transactions') await this.#transactionsSettled()
    if (kind.settle === 'metadata' && request['validateOnly'] !== true) await this.#metadataSettled()
  }

  /** Kafka writes markers after it has answered. */
  async #transactionsSettled(): Promise<void> {
    const transactionalIds = TRANSACTIONS.map((name) => this.side.prefix + name)
    for (;;) {
      const { transactionStates } = await this.#quietly(DESCRIBE_TRANSACTIONS, { transactionalIds })
      if (transactionStates.every(({ transactionState }) => !transactionState.startsWith('Prepare'))) return
      await sleep(3)
    }
  }

  /**
   * Kafka's controller answers before its broker knows. A setting that is changed now is seen when everything before it
   * is known; then the partitions are waited for.
   */
  async #metadataSettled(): Promise<void> {
    if (this.#trails) await this.#barrierPassed()
    const names = [...Object.keys(LASTING_TOPICS), ...PASSING_TOPICS].map((name) => this.side.prefix + name)
    const asked = names.map((name) => ({ name }))
    const { topics } = await this.#quietly(METADATA, { topics: asked, allowAutoTopicCreation: false })
    const there = topics.filter(({ errorCode }) => errorCode === 0)
    for (const { name, topicId } of there) this.side.learnTopic(name ?? '', topicId)
    for (;;) {
      const wanted = there.map(({ name, partitions }) => ({
        name: name ?? '',
        partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, timestamp: -1 }))
      }))
      const offsets = await this.#quietly(LIST_OFFSETS, { topics: wanted })
      const codes = offsets.topics.flatMap(({ partitions }) => partitions.map(({ errorCode }) => errorCode))
      if (!codes.some((code) => NOT_YET.has(code))) return
      await sleep(5)
    }
  }

  async #barrierPassed(): Promise<void> {
    const resourceName = `${this.side.prefix}${BARRIER}`
    const value = String(1_000_000_000 + ++this.#barrier)
    const configs = [{ name: 'segment.jitter.ms', configOperation: 0, value }]
    await this.#quietly(INCREMENTAL_ALTER_CONFIGS, {
      resources: [{ resourceType: TOPIC, resourceName, configs }]
    })
    const asked = { resourceType: TOPIC, resourceName, configurationKeys: ['segment.jitter.ms'] }
    for (;;) {
      const { results } = await this.#quietly(DESCRIBE_CONFIGS, { resources: [asked] })
      if (results[0]?.configs[0]?.value === value) return
      await sleep(2)
    }
  }

  async #quietly<Request, Response>(
    message: ApiMessage<Request, Response>,
    part: Part<Request>
  ): Promise<Response> {
    const request = completed<Request>(message.key, part)
    const version = message.latestVersionUnstable ? message.maxVersion - 1 : message.maxVersion
    const answer = await this.#wire.send(message, request, { version })
    if (answer.kind !== 'answered') throw new Error(`${this.side.prefix}: ${message.name} was ${answer.kind}`)
    return answer.response
  }
}

const PRODUCE = 0
const FETCH = 1
const DESCRIBE_QUORUM = 55
const OF_THE_LOG = new Set(['leaderEpoch', 'highWatermark', 'logEndOffset'])

/** The metadata's log has another length at each broker, and Kafka names a topic again where another stood between. */
function comparable(key: number, response: Fields): unknown {
  if (key === FETCH) return { ...response, responses: joined(response['responses'] as FetchedTopic[]) }
  if (key !== DESCRIBE_QUORUM) return response
  return JSON.parse(
    JSON.stringify(response, (name, value: unknown) => (OF_THE_LOG.has(name) ? typeof value : value))
  ) as unknown
}

interface FetchedTopic {
  readonly topic: string
  readonly topicId: string
  readonly partitions: readonly unknown[]
}

function joined(topics: readonly FetchedTopic[]): FetchedTopic[] {
  const byName = new Map<string, FetchedTopic>()
  for (const one of topics) {
    const name = `${one.topic} ${one.topicId}`
    byName.set(name, { ...one, partitions: [...(byName.get(name)?.partitions ?? []), ...one.partitions] })
  }
  return [...byName.values()]
}

const API_KEY_AT = 4
const VERSION_AT = 6

/** Frames that no client sends: cut within the body, of a version that nobody serves, of an API that nobody has. */
function damaged(frame: Buffer, how: 'torn' | 'version' | 'key'): Buffer {
  const copy = Buffer.from(frame)
  if (how === 'version') copy.writeInt16BE(99, VERSION_AT)
  if (how === 'key') copy.writeInt16BE(999, API_KEY_AT)
  if (how !== 'torn') return copy
  const torn = copy.subarray(0, copy.length - 1)
  torn.writeInt32BE(torn.length - 4, 0)
  return torn
}
