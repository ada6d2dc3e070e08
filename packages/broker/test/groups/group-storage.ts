/** A memory storage whose log can be held up or made to fail, with the group service over it. */
import { SILENT_LOGGER } from '@naru/base'
import { ManualClock, nodeRandom } from '@naru/base/node'
import { threadPoolCompression } from '@naru/protocol'
import {
  openMemoryStorage,
  type AppendBatch,
  type AppendResult,
  type Owner,
  type Storage
} from '@naru/storage'
import { BrokerConfig } from '../../src/config/broker-config.ts'
import { groupTopic, startGroups, type GroupService } from '../../src/groups/index.ts'
import { TopicCatalog } from '../../src/topics/topic-catalog.ts'

export class GroupStorage {
  readonly clock: ManualClock
  readonly storage: Storage
  readonly topics: TopicCatalog
  readonly #config: BrokerConfig
  /** Calls of `append`, with the batches of each. */
  readonly appends: Array<readonly AppendBatch[]> = []
  /** What the log answers instead of appending. */
  refusal: AppendResult | undefined
  /** Who runs the slots. */
  owner: Owner | undefined = { nodeId: 0, epoch: 0 }
  #gate: Promise<void> = Promise.resolve()
  #readGate: Promise<void> = Promise.resolve()

  private constructor(storage: Storage, config: BrokerConfig, clock: ManualClock) {
    this.clock = clock
    this.storage = storage
    this.#config = config
    config.attach(() => storage.metadata.image)
    this.topics = new TopicCatalog({
      metadata: storage.metadata,
      config,
      random: nodeRandom,
      internalTopics: [groupTopic]
    })
  }

  static async open(statics: Readonly<Record<string, string>> = {}): Promise<GroupStorage> {
    const config = new BrokerConfig({
      statics: { 'group.initial.rebalance.delay.ms': '0', ...statics },
      nodeId: 0
    })
    const clock = new ManualClock()
    const storage = await openMemoryStorage({
      clock,
      timers: clock,
      random: nodeRandom,
      logConfig: config.logConfig
    })
    return new GroupStorage(storage, config, clock)
  }

  /** A group service as after a start of the broker. */
  start(): GroupService {
    return startGroups({
      storage: this.#watched(),
      config: this.#config,
      topics: this.topics,
      clock: this.clock,
      timers: this.clock,
      random: nodeRandom,
      logger: SILENT_LOGGER,
      compression: threadPoolCompression
    })
  }

  /** Appends are durable only after the returned function was called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#gate = promise
    return resolve
  }

  /** Reads are answered only after the returned function was called. */
  holdReads(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#readGate = promise
    return resolve
  }

  #watched(): Storage {
    const { log, ownership } = this.storage
    return {
      ...this.storage,
      ownership: { ...ownership, coordinatorOwner: () => this.owner },
      // Spreading would lose what the class of the log declares.
      log: {
        append: (batches) => this.#append(batches),
        get accepting() {
          return log.accepting
        },
        whenAccepting: () => log.whenAccepting(),
        read: async (request) => {
          await this.#readGate
          return log.read(request)
        },
        state: (topicId, partition) => log.state(topicId, partition),
        watch: (topicId, partition, listener) => log.watch(topicId, partition, listener),
        offsetForTimestamp: (topicId, partition, query) => log.offsetForTimestamp(topicId, partition, query),
        epochEnd: (topicId, partition, epoch) => log.epochEnd(topicId, partition, epoch),
        deleteRecordsBefore: (topicId, partition, offset) =>
          log.deleteRecordsBefore(topicId, partition, offset),
        producers: (topicId, partition) => log.producers(topicId, partition),
        transactionGuard: (check) => log.transactionGuard(check)
      }
    }
  }

  async #append(batches: readonly AppendBatch[]): Promise<readonly AppendResult[]> {
    this.appends.push(batches)
    const gate = this.#gate
    const { refusal } = this
    const results = refusal === undefined ? this.storage.log.append(batches) : batches.map(() => refusal)
    await gate
    return results
  }
}
