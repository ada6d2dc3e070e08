// What a case sees of one broker: it asks, and everything that comes back is written down for the comparison.

import { setTimeout as sleep } from 'node:timers/promises'
import type { ApiMessage } from '@naru/protocol'
import { CREATE_TOPICS } from '@naru/protocol/messages/19-create-topics'
import { METADATA } from '@naru/protocol/messages/03-metadata'
import { LIST_OFFSETS } from '@naru/protocol/messages/02-list-offsets'
import type { Uuid } from '@naru/base'
import type { RunningBroker } from '../broker.ts'
import { completed, type Part } from './defaults.ts'
import { Aliases, normal } from './normal.ts'
import { Wire } from './wire.ts'

/** A point of the comparison: what was asked, and the answer in its normal form. */
export interface Observation {
  readonly label: string
  readonly seen: unknown
  /** As it came, for the eyes of whoever looks at a difference. */
  readonly raw: unknown
}

export interface Case {
  readonly name: string
  readonly run: (session: Session) => Promise<void>
}

export interface AskOptions {
  readonly version?: number
  /** How long silence counts as an answer that is not given. */
  readonly waitMs?: number
  /** Compares only this of the answer. */
  readonly only?: (response: never) => unknown
}

export class Session {
  readonly observations: Observation[] = []
  readonly prefix: string
  readonly #broker: RunningBroker
  readonly #wires: Wire[] = []
  readonly #main: Wire
  readonly #aliases = new Aliases()

  constructor(broker: RunningBroker, name: string) {
    this.#broker = broker
    this.prefix = name
    this.#main = this.connect()
  }

  get kind(): string {
    return this.#broker.kind
  }

  /** A further connection, for cases in which two clients meet. */
  connect(clientId = 'differential'): Wire {
    const { host, port } = this.#broker
    const wire = new Wire({ host, port, clientId })
    this.#wires.push(wire)
    return wire
  }

  /** Asks, notes the answer, and gives it back when there is one. */
  async ask<Request, Response>(
    label: string,
    message: ApiMessage<Request, Response>,
    part: Part<Request>,
    options: AskOptions & { readonly wire?: Wire } = {}
  ): Promise<Response | undefined> {
    const version = options.version ?? message.maxVersion
    const name = `${message.name} v${version} ${label}`
    const request = completed<Request>(message.key, part)
    const { waitMs } = options
    const wire = options.wire ?? this.#main
    // Two connections may wait at once: the place in the list is that of the question.
    const at = this.observations.push({ label: name, seen: 'unanswered', raw: undefined }) - 1
    const answer = await wire.send(message, request, { version, ...(waitMs === undefined ? {} : { waitMs }) })
    if (answer.kind !== 'answered') {
      this.observations[at] = { label: name, seen: answer.kind, raw: answer.kind }
      return undefined
    }
    const shown = options.only === undefined ? answer.response : options.only(answer.response as never)
    this.observations[at] = { label: name, seen: normal(shown, this.#aliases), raw: shown }
    return answer.response
  }

  /** Asks without comparing; for what only prepares. */
  async quietly<Request, Response>(
    message: ApiMessage<Request, Response>,
    part: Part<Request>,
    options: AskOptions & { readonly wire?: Wire } = {}
  ): Promise<Response> {
    const request = completed<Request>(message.key, part)
    const wire = options.wire ?? this.#main
    const answer = await wire.send(message, request, { version: options.version ?? message.maxVersion })
    if (answer.kind !== 'answered') throw new Error(`${this.kind}: ${message.name} was ${answer.kind}`)
    return answer.response
  }

  note(label: string, seen: unknown): void {
    this.observations.push({ label, seen: normal(seen, this.#aliases), raw: seen })
  }

  /** Makes a topic of this case; the name gets the case's prefix. */
  async topic(
    suffix: string,
    options: { readonly partitions?: number; readonly configs?: Readonly<Record<string, string>> } = {}
  ): Promise<{ readonly name: string; readonly topicId: Uuid }> {
    const name = `${this.prefix}-${suffix}`
    const configs = Object.entries(options.configs ?? {}).map(([key, value]) => ({ name: key, value }))
    const topic = { name, numPartitions: options.partitions ?? 2, replicationFactor: 1, configs }
    const { topics } = await this.quietly(CREATE_TOPICS, { topics: [topic], timeoutMs: 10_000 })
    const [created] = topics
    if (created?.errorCode !== 0)
      throw new Error(`${this.kind}: ${name} was refused: ${created?.errorMessage}`)
    this.#aliases.set('id', created.topicId, `id of ${name}`)
    await this.untilLed(name, topic.numPartitions)
    return { name, topicId: created.topicId }
  }

  /** Kafka answers CreateTopics before its own broker leads the partitions, and Metadata too. */
  async untilLed(name: string, partitionCount: number): Promise<void> {
    const partitions = Array.from({ length: partitionCount }, (_, at) => ({
      partitionIndex: at,
      timestamp: -1
    }))
    for (;;) {
      const { topics } = await this.quietly(LIST_OFFSETS, { topics: [{ name, partitions }] }, { version: 7 })
      if (topics[0]?.partitions.every(({ errorCode }) => errorCode === 0) === true) return
      await sleep(20)
    }
  }

  /** Kafka answers DeleteTopics before its own broker has let go of the topic. */
  async untilGone(name: string): Promise<void> {
    for (;;) {
      const asked = { topics: [{ name }], allowAutoTopicCreation: false }
      const { topics } = await this.quietly(METADATA, asked, { version: 12 })
      if (topics[0]?.errorCode !== 0) return
      await sleep(20)
    }
  }

  close(): void {
    for (const wire of this.#wires) wire.close()
  }
}
