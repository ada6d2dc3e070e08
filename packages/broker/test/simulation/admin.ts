/** Makes and deletes topics, deletes records and changes settings. */
import { ZERO_UUID, type Uuid } from '@naru/base'
import { ErrorCode, type ApiMessage } from '@naru/protocol'
import { CREATE_TOPICS } from '@naru/protocol/messages/19-create-topics'
import { DELETE_RECORDS } from '@naru/protocol/messages/21-delete-records'
import { DELETE_TOPICS } from '@naru/protocol/messages/20-delete-topics'
import { INCREMENTAL_ALTER_CONFIGS } from '@naru/protocol/messages/44-incremental-alter-configs'
import { METADATA } from '@naru/protocol/messages/03-metadata'
import type { Outcome, Trim } from '@naru/simulator'
import { latest, ReadingClient } from './fetching.ts'
import { livingTopics, logOf, type SimTopic } from './world.ts'

/** The setting whose value has to survive everything. */
export const ALTERED_SETTING = 'max.message.bytes'

const permanentTopics = ['alpha', 'beta']
const passingTopics = ['gamma', 'delta']

export class Admin extends ReadingClient {
  /** Values that the setting may have: the last that was acknowledged and those in doubt since. */
  readonly settings = new Map<string, (string | null)[]>()

  protected async run(): Promise<void> {
    for (const name of permanentTopics) await this.#createUntilThere(name)
    while (!this.world.stopping) {
      await this.pause(600)
      const dice = this.random.below(100)
      if (dice < 25) await this.#createPassing()
      else if (dice < 40) await this.#deleteTopic()
      else if (dice < 75) await this.#deleteRecords()
      else await this.#alterConfig()
    }
  }

  async #createUntilThere(name: string): Promise<void> {
    while (!(await this.#create(name, true))) await this.pause(300)
  }

  async #createPassing(): Promise<void> {
    const taken = livingTopics(this.world).map(({ name }) => name)
    const name = this.random.pick(passingTopics.filter((one) => !taken.includes(one)))
    if (name !== undefined) await this.#create(name, false)
  }

  async #create(name: string, permanent: boolean): Promise<boolean> {
    const partitionCount = 1 + this.random.below(2)
    const request = {
      topics: [{ name, numPartitions: partitionCount, replicationFactor: 1, assignments: [], configs: [] }],
      timeoutMs: 3_000,
      validateOnly: false
    }
    const response = await this.#askImpatiently(CREATE_TOPICS, request, 7)
    const answer = response?.topics[0]
    if (answer?.errorCode === ErrorCode.NONE) {
      this.#know({ name, id: answer.topicId, partitionCount }, permanent)
      return true
    }
    if (answer?.errorCode === ErrorCode.TOPIC_ALREADY_EXISTS || answer === undefined) {
      return this.#lookUp(name, permanent)
    }
    return false
  }

  /** Sometimes asks again over another connection while the first request is still being worked on. */
  async #askImpatiently<Request, Response>(
    message: ApiMessage<Request, Response>,
    request: Request,
    version: number
  ): Promise<Response | undefined> {
    const asked = this.ask(message, request, version)
    if (this.random.oneIn(2)) return asked
    await this.pause(4)
    this.disconnect()
    return (await asked) ?? this.ask(message, request, version)
  }

  /** An answer was lost, now or earlier: whatever is there is ours. */
  async #lookUp(name: string, permanent: boolean): Promise<boolean> {
    const topics = [{ topicId: ZERO_UUID, name }]
    const request = {
      topics,
      allowAutoTopicCreation: false,
      includeClusterAuthorizedOperations: false,
      includeTopicAuthorizedOperations: false
    }
    const response = await this.ask(METADATA, request, this.version(10, 13))
    const found = response?.topics[0]
    if (found?.errorCode !== ErrorCode.NONE) return false
    if (this.world.topics.some(({ id }) => id === found.topicId)) return false
    this.#know({ name, id: found.topicId, partitionCount: found.partitions.length }, permanent)
    return true
  }

  #know(topic: { name: string; id: Uuid; partitionCount: number }, permanent: boolean): void {
    const known = this.world.topics.find(({ name, deletionAsked }) => name === topic.name && !deletionAsked)
    if (known !== undefined) throw new Error(`${topic.name} was made twice: ${known.id} and ${topic.id}`)
    this.world.topics.push({ ...topic, permanent, rules: { topicId: topic.id }, deletionAsked: false })
  }

  async #deleteTopic(): Promise<void> {
    const topic = this.random.pick(livingTopics(this.world).filter(({ permanent }) => !permanent))
    if (topic === undefined) return
    topic.deletionAsked = true
    await this.wire()
    const invokedMs = this.nowMs
    const outcome = await this.#askDeletion(topic)
    this.world.history.add({
      kind: 'topic-deletion',
      client: this.name,
      topicId: topic.id,
      invokedMs,
      completedMs: this.nowMs,
      outcome
    })
  }

  /** Asks until it is answered, so that the name is free again. */
  async #askDeletion(topic: SimTopic): Promise<Outcome> {
    for (;;) {
      const request = { topics: [{ name: null, topicId: topic.id }], topicNames: [], timeoutMs: 3_000 }
      const response = await this.#askImpatiently(DELETE_TOPICS, request, 6)
      const code = response?.responses[0]?.errorCode
      if (code === ErrorCode.NONE || code === ErrorCode.UNKNOWN_TOPIC_ID) return 'ok'
      await this.pause(300)
    }
  }

  async #deleteRecords(): Promise<void> {
    const topic = this.random.pick(livingTopics(this.world).filter(({ permanent }) => permanent))
    if (topic === undefined) return
    const partition = this.random.below(topic.partitionCount)
    const end = await this.bound(topic, partition, latest)
    if (end === undefined) return
    const offset = this.random.below(end + 1)
    const invokedMs = this.nowMs
    const begun = this.world.history.begin<Trim>({
      kind: 'trim',
      client: this.name,
      log: logOf(topic, partition),
      offset,
      invokedMs,
      completedMs: invokedMs,
      outcome: 'indeterminate'
    })
    const partitions = [{ partitionIndex: partition, offset }]
    const request = { topics: [{ name: topic.name, partitions }], timeoutMs: 3_000 }
    const response = await this.ask(DELETE_RECORDS, request, this.version(0, 2))
    const code = response?.topics[0]?.partitions[0]?.errorCode
    const outcome = code === ErrorCode.NONE ? 'ok' : 'indeterminate'
    this.world.history.end(begun, { completedMs: this.nowMs, outcome })
  }

  async #alterConfig(): Promise<void> {
    const topic = this.random.pick(livingTopics(this.world).filter(({ permanent }) => permanent))
    if (topic === undefined) return
    const value = this.random.oneIn(4) ? null : `${900_000 + this.random.below(30_000)}`
    const configOperation = value === null ? 1 : 0
    const configs = [{ name: ALTERED_SETTING, configOperation, value }]
    const resources = [{ resourceType: 2, resourceName: topic.name, configs }]
    const request = { resources, validateOnly: false }
    const response = await this.ask(INCREMENTAL_ALTER_CONFIGS, request, this.version(0, 1))
    const code = response?.responses[0]?.errorCode
    if (code === ErrorCode.INVALID_CONFIG) throw new Error(`${ALTERED_SETTING} cannot be ${value}`)
    if (code === ErrorCode.NONE) this.world.counts.hit('operation: setting altered')
    const before = this.settings.get(topic.name) ?? [null]
    this.settings.set(topic.name, code === ErrorCode.NONE ? [value] : [...before, value])
  }
}
