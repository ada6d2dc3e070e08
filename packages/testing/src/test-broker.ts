/**
 * The real broker inside a test: real TCP on a free loopback port, the real handlers, memory or disk below.
 *
 * @example
 * await using broker = await createTestBroker({ topics: ['orders'] })
 * const producer = new Producer({ bootstrapBrokers: [broker.bootstrap], clientId: 'test' })
 */
import { SILENT_LOGGER, type Clock, type Timers } from '@naru/base'
import { nodeClock, nodeDisk, nodeNetwork, nodeRandom, nodeTimers } from '@naru/base/node'
import { BrokerConfig, startBroker, type RunningBroker } from '@naru/broker'
import { threadPoolCompression } from '@naru/protocol'
import { openLocalStorage, openMemoryStorage, type Durability, type Storage } from '@naru/storage'
import { Faults } from './faults.ts'
import { makeTemporaryFolder, type TemporaryFolder } from './node/temporary-folder.ts'
import { checkOptions, type TestBrokerOptions, type TestTopic } from './options.ts'
import { readTopic, type TestRecord } from './topic-reader.ts'
import { createTopics } from './topic-setup.ts'

export interface TestBroker extends AsyncDisposable {
  readonly host: string
  /** Stays the same through restarts. */
  readonly port: number
  /** `host:port`, as clients take it. */
  readonly bootstrap: string
  readonly clusterId: string
  readonly faults: Faults
  /** Makes more topics. */
  createTopics(...topics: readonly (string | TestTopic)[]): Promise<void>
  /** Every record that is in the topic now. */
  read(topic: string): Promise<TestRecord[]>
  /** Stops as a process that is killed: connections drop, memory is gone. What was acknowledged stays. */
  crash(): Promise<void>
  /** Starts again on the same data and port, after a crash or in one go. */
  restart(): Promise<void>
  /** Stops; nothing stays open and a temporary folder is removed. Twice is once. */
  close(): Promise<void>
}

const HOST = '127.0.0.1'

/** Resolves when clients can connect. */
export async function createTestBroker(options: TestBrokerOptions = {}): Promise<TestBroker> {
  checkOptions(options)
  const broker = new EmbeddedBroker(options)
  await broker.start()
  await broker.createTopics(...(options.topics ?? []))
  return broker
}

class EmbeddedBroker implements TestBroker {
  readonly host = HOST
  readonly faults: Faults
  readonly #options: TestBrokerOptions
  readonly #time: { readonly clock: Clock; readonly timers: Timers }
  readonly #durability: Durability
  readonly #config: BrokerConfig
  #port: number
  #folder: TemporaryFolder | undefined
  #storage: Storage | undefined
  #running: RunningBroker | undefined

  constructor(options: TestBrokerOptions) {
    this.#options = options
    this.#time = { clock: options.clock ?? nodeClock, timers: options.clock ?? nodeTimers }
    this.#durability = options.durability ?? 'memory'
    this.#port = options.port ?? 0
    const statics = { 'group.initial.rebalance.delay.ms': '0', 'num.partitions': '1', ...options.config }
    this.#config = new BrokerConfig({ statics, nodeId: 0 })
    this.faults = new Faults(this.#time.timers, (topicId) => this.#topicName(topicId))
  }

  get port(): number {
    return this.#port
  }

  get bootstrap(): string {
    return `${this.host}:${this.#port}`
  }

  get clusterId(): string {
    return this.#open().metadata.image.clusterId
  }

  async start(): Promise<void> {
    this.#storage ??= await this.#openStorage()
    this.#running = await startBroker({
      ...this.#services(),
      storage: this.#storage,
      network: nodeNetwork,
      listen: { host: HOST, port: this.#port },
      config: this.#config,
      interceptor: (request) => this.faults.intercept(request)
    })
    this.#port = this.#running.port
  }

  createTopics(...topics: readonly (string | TestTopic)[]): Promise<void> {
    return createTopics(this.#context().topics, topics)
  }

  read(topic: string): Promise<TestRecord[]> {
    return readTopic(this.#open(), topic)
  }

  async crash(): Promise<void> {
    await this.#running?.abort()
    this.#running = undefined
    // Memory stands for a disk that survives; on a real one the next start has to recover.
    if (this.#durability === 'memory') return
    await this.#storage?.abandon()
    this.#storage = undefined
  }

  async restart(): Promise<void> {
    await this.#running?.close()
    this.#running = undefined
    if (this.#durability !== 'memory') {
      await this.#storage?.close()
      this.#storage = undefined
    }
    await this.start()
  }

  async close(): Promise<void> {
    this.faults.clear()
    await this.#running?.close()
    this.#running = undefined
    await this.#storage?.close()
    this.#storage = undefined
    await this.#folder?.[Symbol.asyncDispose]()
    this.#folder = undefined
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #services() {
    return { ...this.#time, random: nodeRandom, logger: SILENT_LOGGER, compression: threadPoolCompression }
  }

  async #openStorage(): Promise<Storage> {
    const shared = { ...this.#services(), logConfig: this.#config.logConfig }
    if (this.#durability === 'memory') return openMemoryStorage(shared)
    if (this.#options.directory === undefined) this.#folder ??= await makeTemporaryFolder()
    const directory = this.#options.directory ?? this.#folder?.path ?? ''
    return openLocalStorage({ ...shared, disk: nodeDisk, directory, durability: this.#durability })
  }

  #open(): Storage {
    if (this.#storage === undefined) throw new Error('the test broker is not running')
    return this.#storage
  }

  #context(): RunningBroker['context'] {
    if (this.#running === undefined) throw new Error('the test broker is not running')
    return this.#running.context
  }

  #topicName(topicId: string): string | undefined {
    const topics = this.#storage?.metadata.image.topicsById
    return [...(topics?.values() ?? [])].find((topic) => topic.topicId === topicId)?.name
  }
}
