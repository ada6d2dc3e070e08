/** Sends each value once and never again: what was not answered may be there or not. */
import { ErrorCode } from '@naru/protocol'
import { PRODUCE } from '@naru/protocol/messages/00-produce'
import type { Outcome, Send } from '@naru/simulator'
import { payloadBatch } from './batches.ts'
import { produceRequest, type ProduceAnswer } from './produce-request.ts'
import { SimClient } from './sim-client.ts'
import { livingTopics, logOf, type SimTopic } from './world.ts'

export class PlainProducer extends SimClient {
  #sequence = 0

  protected async run(): Promise<void> {
    while (!this.world.stopping) {
      await this.pause(60)
      const topic = this.random.pick(livingTopics(this.world))
      if (topic !== undefined) await this.#produce(topic)
      if (this.random.oneIn(60)) this.disconnect()
    }
  }

  async #produce(topic: SimTopic): Promise<void> {
    const partition = this.random.below(topic.partitionCount)
    const sequences = Array.from({ length: 1 + this.random.below(4) }, () => this.#sequence++)
    const acks = this.random.oneIn(20) ? 0 : this.random.oneIn(2) ? 1 : -1
    const producer = this.name
    const compressed = this.world.swarm.compression && this.random.oneIn(4)
    const timestampMs = this.process.wallMs()
    const batch = { topic: topic.name, partition, producer, sequences, timestampMs }
    const bytes = payloadBatch(batch, this.random, compressed)
    const version = topic.permanent ? this.version(3, 13) : 13
    await this.wire()
    const invokedMs = this.nowMs
    const askedAtStart = this.world.host.starts
    const begun = this.world.history.begin<Send>({
      kind: 'send',
      client: this.name,
      log: logOf(topic, partition),
      producer,
      sequences,
      invokedMs,
      completedMs: invokedMs,
      outcome: 'indeterminate',
      baseOffset: -1,
      idempotent: false
    })
    const sending = this.#send(produceRequest({ topic, partition, bytes, acks }), acks, version)
    if (this.random.oneIn(15)) await this.#sendNowhere(topic, bytes, version)
    const answer = await sending
    this.world.history.end(begun, {
      completedMs: this.nowMs,
      outcome: this.#outcome(answer, askedAtStart),
      baseOffset: answer?.baseOffset ?? -1
    })
  }

  /** Refused at once, while the request before it still waits for the disk: answers keep their order all the same. */
  async #sendNowhere(topic: SimTopic, bytes: Uint8Array, version: number): Promise<void> {
    const request = produceRequest({ topic, partition: topic.partitionCount, bytes, acks: -1 })
    const code = (await this.ask(PRODUCE, request, version))?.responses[0]?.partitionResponses[0]?.errorCode
    const isRefused = code === ErrorCode.UNKNOWN_TOPIC_OR_PARTITION || code === ErrorCode.UNKNOWN_TOPIC_ID
    if (code !== undefined && !isRefused)
      throw new Error(`a partition that is not there took a batch: ${code}`)
  }

  async #send(
    request: ReturnType<typeof produceRequest>,
    acks: number,
    version: number
  ): Promise<ProduceAnswer | undefined> {
    if (acks === 0) {
      const wire = await this.wire()
      wire.sendOnly(PRODUCE, request, version)
      return undefined
    }
    const response = await this.ask(PRODUCE, request, version)
    return response?.responses[0]?.partitionResponses[0]
  }

  #outcome(answer: ProduceAnswer | undefined, askedAtStart: number): Outcome {
    if (answer === undefined) return 'indeterminate'
    switch (answer.errorCode) {
      case ErrorCode.NONE:
        return 'ok'
      case ErrorCode.KAFKA_STORAGE_ERROR:
        return this.world.host.isRefusalFinal(askedAtStart) ? 'failed' : 'indeterminate'
      case ErrorCode.UNKNOWN_TOPIC_ID:
      case ErrorCode.UNKNOWN_TOPIC_OR_PARTITION:
        return 'failed'
      default:
        throw new Error(`${this.name}: produce was answered with error ${answer.errorCode}`)
    }
  }
}
