/**
 * Sends with a producer id and sequences, several requests at a time, and sends again over new connections what was
 * not answered: every value stands once, in order.
 */
import { ErrorCode } from '@naru/protocol'
import { INIT_PRODUCER_ID } from '@naru/protocol/messages/22-init-producer-id'
import { PRODUCE } from '@naru/protocol/messages/00-produce'
import type { Send } from '@naru/simulator'
import { payloadBatch } from './batches.ts'
import { produceRequest, type ProduceAnswer } from './produce-request.ts'
import { SimClient } from './sim-client.ts'
import { ConnectionLost } from './wire-client.ts'
import { livingTopics, logOf, type SimTopic } from './world.ts'

/** Requests under way at the same time; the broker remembers as many. */
const inFlightMax = 5

interface Outstanding {
  readonly bytes: Uint8Array
  readonly begun: Send
}

/** What one producer sends to one partition. */
interface Lane {
  readonly topic: SimTopic
  readonly partition: number
  nextSequence: number
  outstanding: Outstanding[]
}

export class IdempotentProducer extends SimClient {
  readonly #lanes = new Map<string, Lane>()
  #value = 0
  #id = -1
  #epoch = 0

  protected async run(): Promise<void> {
    await this.#initialise()
    while (!this.world.stopping) {
      await this.pause(120)
      const topic = this.random.pick(livingTopics(this.world))
      if (topic === undefined) continue
      const lane = this.#lane(topic, this.random.below(topic.partitionCount))
      const count = 1 + this.random.below(inFlightMax)
      for (let index = 0; index < count; index++) lane.outstanding.push(this.#batch(lane))
      await this.#flush(lane)
    }
  }

  async #initialise(): Promise<void> {
    for (;;) {
      const request = {
        transactionalId: null,
        transactionTimeoutMs: 0,
        producerId: -1,
        producerEpoch: -1,
        enable2Pc: false,
        keepPreparedTxn: false
      }
      const response = await this.ask(INIT_PRODUCER_ID, request, this.version(0, 5))
      if (response?.errorCode === ErrorCode.NONE) {
        this.#id = response.producerId
        this.#epoch = response.producerEpoch
        return
      }
      await this.pause(500)
    }
  }

  #lane(topic: SimTopic, partition: number): Lane {
    const key = `${topic.id}/${partition}`
    let lane = this.#lanes.get(key)
    if (lane === undefined) {
      lane = { topic, partition, nextSequence: 0, outstanding: [] }
      this.#lanes.set(key, lane)
    }
    return lane
  }

  #batch(lane: Lane): Outstanding {
    const sequences = Array.from({ length: 1 + this.random.below(3) }, () => this.#value++)
    const batch = {
      topic: lane.topic.name,
      partition: lane.partition,
      producer: this.name,
      sequences,
      timestampMs: this.process.wallMs(),
      idempotent: { id: this.#id, epoch: this.#epoch, sequence: lane.nextSequence }
    }
    lane.nextSequence += sequences.length
    const begun = this.world.history.begin<Send>({
      kind: 'send',
      client: this.name,
      log: logOf(lane.topic, lane.partition),
      producer: this.name,
      sequences,
      invokedMs: this.nowMs,
      completedMs: this.nowMs,
      outcome: 'indeterminate',
      baseOffset: -1,
      idempotent: true
    })
    const compressed = this.world.swarm.compression && this.random.oneIn(4)
    return { bytes: payloadBatch(batch, this.random, compressed), begun }
  }

  /** Sends what is outstanding until all of it is answered. */
  async #flush(lane: Lane): Promise<void> {
    for (let round = 0; lane.outstanding.length > 0; round++) {
      if (round > 0) {
        this.world.counts.hit('client-retry')
        await this.pause(300)
      }
      const sent = [...lane.outstanding]
      const answers = await this.#sendAll(lane, sent)
      for (const [index, answer] of answers.entries()) {
        if (!this.#take(lane, sent[index] as Outstanding, answer)) return this.#giveUp(lane)
      }
    }
  }

  async #sendAll(lane: Lane, batches: readonly Outstanding[]): Promise<(ProduceAnswer | undefined)[]> {
    const wire = await this.wire()
    const version = lane.topic.permanent ? this.version(3, 13) : 13
    const { topic, partition } = lane
    const acks = -1
    return Promise.all(
      batches.map(async ({ bytes }) => {
        try {
          const request = produceRequest({ topic, partition, bytes, acks })
          const response = await wire.send(PRODUCE, request, version)
          return response.responses[0]?.partitionResponses[0]
        } catch (error) {
          if (!(error instanceof ConnectionLost)) throw error
          return undefined
        }
      })
    )
  }

  /** False when the topic is gone. */
  #take(lane: Lane, batch: Outstanding, answer: ProduceAnswer | undefined): boolean {
    switch (answer?.errorCode) {
      case undefined:
      case ErrorCode.KAFKA_STORAGE_ERROR:
        return true
      case ErrorCode.NONE:
        lane.outstanding.splice(lane.outstanding.indexOf(batch), 1)
        this.#record(batch, answer)
        return true
      case ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER:
        if (lane.outstanding[0] === batch) {
          // What a rotten disk took of the log took the producer along.
          if (this.world.host.rotten) return false
          throw new Error(`${this.name}: the first batch outstanding was called out of order`)
        }
        return true
      case ErrorCode.UNKNOWN_TOPIC_ID:
      case ErrorCode.UNKNOWN_TOPIC_OR_PARTITION:
        if (!lane.topic.deletionAsked) throw new Error(`${this.name}: ${lane.topic.name} is unknown`)
        return false
      default:
        throw new Error(`${this.name}: produce was answered with error ${answer?.errorCode}`)
    }
  }

  #giveUp(lane: Lane): void {
    for (const batch of lane.outstanding.splice(0)) this.#record(batch, undefined)
  }

  #record({ begun }: Outstanding, answer: ProduceAnswer | undefined): void {
    const outcome = answer === undefined ? 'indeterminate' : 'ok'
    const baseOffset = answer?.baseOffset ?? -1
    this.world.history.end(begun, { completedMs: this.nowMs, outcome, baseOffset })
  }
}
