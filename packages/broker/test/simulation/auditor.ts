/** Reads everything when all is quiet: every log from its start to its end, what groups committed, every setting. */
import { ErrorCode } from '@naru/protocol'
import { DESCRIBE_CONFIGS } from '@naru/protocol/messages/32-describe-configs'
import { METADATA } from '@naru/protocol/messages/03-metadata'
import type { SeenRecord } from '@naru/simulator'
import { ALTERED_SETTING } from './admin.ts'
import { earliest, latest, ReadingClient } from './fetching.ts'
import { GroupOffsets } from './group-offsets.ts'
import { livingTopics, logOf, type SimTopic, type World } from './world.ts'

/** Longer than any transaction may take, and the search for those that take too long. */
const transactionMsMax = 15_000

export class Auditor extends ReadingClient {
  readonly #settings: ReadonlyMap<string, readonly (string | null)[]>
  readonly #groups: readonly string[]

  constructor(
    world: World,
    name: string,
    settings: ReadonlyMap<string, readonly (string | null)[]>,
    groups: readonly string[]
  ) {
    super(world, name)
    this.#settings = settings
    this.#groups = groups
  }

  protected async run(): Promise<void> {
    await this.#auditTopics()
    for (const topic of livingTopics(this.world)) {
      for (let partition = 0; partition < topic.partitionCount; partition++)
        await this.#audit(topic, partition)
      if (topic.permanent) await this.#auditSettings(topic)
    }
    for (const group of this.#groups) await this.#auditGroup(group)
  }

  async #auditTopics(): Promise<void> {
    const request = {
      topics: null,
      allowAutoTopicCreation: false,
      includeClusterAuthorizedOperations: false,
      includeTopicAuthorizedOperations: false
    }
    const response = await this.ask(METADATA, request, 13)
    if (response === undefined) throw new Error('metadata was not answered')
    const there = new Set(response.topics.map(({ topicId }) => topicId as string))
    for (const topic of this.world.topics) {
      if (!topic.deletionAsked && !there.has(topic.id)) throw new Error(`topic ${topic.name} is lost`)
      if (topic.deletionAsked && there.has(topic.id)) throw new Error(`topic ${topic.name} came back`)
    }
  }

  async #audit(topic: SimTopic, partition: number): Promise<void> {
    const invokedMs = this.nowMs
    const first = await this.bound(topic, partition, earliest)
    let end = await this.bound(topic, partition, latest)
    if (first === undefined || end === undefined) throw new Error(`${topic.name}-${partition} has no bounds`)
    const records: SeenRecord[] = []
    const markers: { readonly from: number; readonly to: number }[] = []
    let at = first
    let committed = true
    while (at < end) {
      const outcome = await this.fetch({ topic, partition, from: at, maxWaitMs: 0, committed })
      if (outcome.kind === 'corrupt') {
        at = this.passOver(topic, partition, at)
        continue
      }
      if (outcome.kind === 'records' && outcome.next === at && committed) {
        committed = await this.#openTransactionEnds(topic, partition, invokedMs)
        continue
      }
      if (outcome.kind !== 'records' || outcome.next === at) {
        throw new Error(`${topic.name}-${partition} cannot be read at ${at}: ${outcome.kind}`)
      }
      records.push(...outcome.records)
      markers.push(...(outcome.read.markers ?? []))
      at = outcome.next
      // Markers of transactions that ran out of time come on top meanwhile.
      if (at >= end) end = (await this.bound(topic, partition, latest)) ?? end
    }
    this.world.history.add({
      kind: 'final-read',
      client: this.name,
      log: logOf(topic, partition),
      from: first,
      next: at,
      records,
      markers,
      committed,
      invokedMs,
      completedMs: this.nowMs
    })
  }

  /** What is left open is ended when its time is over. False when the disk has lost what would end it. */
  async #openTransactionEnds(topic: SimTopic, partition: number, sinceMs: number): Promise<boolean> {
    await this.pause(500)
    if (this.nowMs - sinceMs < transactionMsMax) return true
    if (!this.world.host.rotten) throw new Error(`a transaction in ${topic.name}-${partition} never ends`)
    return false
  }

  async #auditSettings(topic: SimTopic): Promise<void> {
    const resources = [{ resourceType: 2, resourceName: topic.name, configurationKeys: [ALTERED_SETTING] }]
    const request = { resources, includeSynonyms: false, includeDocumentation: false }
    const response = await this.ask(DESCRIBE_CONFIGS, request, 4)
    const result = response?.results[0]
    const found = result?.configs.find(({ name }) => name === ALTERED_SETTING)
    if (result?.errorCode !== ErrorCode.NONE || found === undefined)
      throw new Error('settings were not answered')
    // Source 1 is an override of the topic.
    const value = found.configSource === 1 ? found.value : null
    const legal = this.#settings.get(topic.name) ?? [null]
    if (!legal.includes(value)) {
      throw new Error(`${ALTERED_SETTING} of ${topic.name} is ${value}, and not one of ${legal.join(', ')}`)
    }
  }

  async #auditGroup(name: string): Promise<void> {
    const group = new GroupOffsets(this, name)
    for (const topic of livingTopics(this.world)) {
      for (let partition = 0; topic.permanent && partition < topic.partitionCount; partition++) {
        await this.#committed(group, topic, partition)
      }
    }
  }

  /** The coordinator may still be reading its records. */
  async #committed(group: GroupOffsets, topic: SimTopic, partition: number): Promise<void> {
    for (let attempt = 0; attempt < 50; attempt++) {
      if ((await group.committed(topic, partition, { stable: true })) !== undefined) return
      await this.pause(100)
    }
    if (this.world.host.rotten) return
    throw new Error(`the offset of the group in ${topic.name}-${partition} was not answered`)
  }
}
