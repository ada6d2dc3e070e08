/** The life of one test broker: started, crashed, started again on the same data, closed. */
import { errorCode, isUuid, NaruError, sleep, SILENT_LOGGER, type Clock, type Timers } from '@naru/base'
import { nodeClock, nodeDisk, nodeNetwork, nodeRandom, nodeTimers } from '@naru/base/node'
import { BrokerConfig, startBroker, type RunningBroker } from '@naru/broker'
import { threadPoolCompression } from '@naru/protocol'
import { openLocalStorage, openMemoryStorage, type Durability, type Storage } from '@naru/storage'
import { Faults } from './faults.ts'
import { CLOSE_MS_MAX, PORT_RETRY_MS, PORT_WAIT_MS_MAX, RECORDS_POLL_MS, RECORDS_WAIT_MS } from './limits.ts'
import { makeTemporaryFolder, type TemporaryFolder } from './node/temporary-folder.ts'
import type { TestBrokerOptions, TestTopic } from './options.ts'
import type { TestBroker, WaitOptions } from './test-broker.ts'
import { asText, offsetCount, readTopic, type TestRecord, type TestRecordBytes } from './topic-reader.ts'
import { createTopics } from './topic-setup.ts'

const HOST = '127.0.0.1'

export class EmbeddedBroker implements TestBroker {
  readonly host = HOST
  readonly faults: Faults
  readonly #options: TestBrokerOptions
  readonly #time: { readonly clock: Clock; readonly timers: Timers }
  readonly #durability: Durability
  readonly #config: BrokerConfig
  #port: number
  #clusterId = ''
  #wasReachable = false
  #folder: TemporaryFolder | undefined
  #storage: Storage | undefined
  #running: RunningBroker | undefined
  /** Aborts when the running broker is no more, so that what it has delayed is not handled by a ghost. */
  #dead = new AbortController()
  #closed: Promise<void> | undefined

  constructor(options: TestBrokerOptions) {
    this.#options = options
    this.#time = { clock: options.clock ?? nodeClock, timers: options.clock ?? nodeTimers }
    this.#durability = options.durability ?? 'memory'
    this.#port = options.port ?? 0
    const statics = { 'group.initial.rebalance.delay.ms': '0', ...options.config }
    this.#config = new BrokerConfig({ statics, nodeId: 0 })
    this.faults = new Faults({
      timers: this.#time.timers,
      topicName: (topicId) => this.#topicName(topicId),
      fetchSessionTopics: (id) => this.#fetchSessionTopics(id),
      node: () => ({ nodeId: 0, host: HOST, port: this.#port, clusterId: this.#clusterId })
    })
  }

  get port(): number {
    return this.#port
  }

  get bootstrap(): string {
    return `${this.host}:${this.#port}`
  }

  get clusterId(): string {
    return this.#clusterId
  }

  async start(): Promise<void> {
    this.#storage ??= await this.#openStorage()
    this.#clusterId = this.#storage.metadata.image.clusterId
    const { signal } = (this.#dead = new AbortController())
    this.#running = await this.#listen(this.#storage, signal)
    this.#port = this.#running.port
    this.#wasReachable = true
  }

  /** Like `createTopics`, but a folder of the test's own may hold the topics from an earlier run. */
  prepareTopics(topics: readonly (string | TestTopic)[]): Promise<void> {
    return createTopics(this.#live().context, topics, { keep: this.#options.directory !== undefined })
  }

  async createTopics(...topics: readonly (string | TestTopic)[]): Promise<void> {
    await createTopics(this.#live().context, topics)
  }

  async read(topic: string): Promise<TestRecord[]> {
    return (await this.readBytes(topic)).map(asText)
  }

  async readBytes(topic: string): Promise<TestRecordBytes[]> {
    return readTopic(this.#live().context.storage, topic)
  }

  async waitForRecords(topic: string, count: number, { signal }: WaitOptions = {}): Promise<TestRecord[]> {
    const deadlineMs = nodeClock.monotonicMs() + (signal === undefined ? RECORDS_WAIT_MS : Infinity)
    for (;;) {
      const found = await this.#recordsIfThereAre(topic, count)
      if (typeof found !== 'number') return found
      if (signal?.aborted === true || nodeClock.monotonicMs() > deadlineMs) {
        const message = `waited for ${count} records in '${topic}', found ${found}`
        throw new NaruError('RECORDS_MISSING', message, { cause: signal?.reason })
      }
      await sleep(nodeTimers, RECORDS_POLL_MS)
    }
  }

  async crash(): Promise<void> {
    this.#assertOpen()
    this.#dead.abort()
    await this.#running?.abort()
    this.#running = undefined
    // Memory stands for a disk that survives; on a real one the next start has to recover.
    if (this.#durability === 'memory') return
    await this.#storage?.abandon()
    this.#storage = undefined
  }

  async restart(): Promise<void> {
    this.#assertOpen()
    await this.#stop()
    if (this.#durability !== 'memory') {
      await this.#storage?.close()
      this.#storage = undefined
    }
    await this.start()
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    try {
      this.faults.clear()
      await this.#stop()
      await this.#storage?.close()
    } finally {
      this.#storage = undefined
      await this.#folder?.[Symbol.asyncDispose]()
    }
  }

  /** The records, or how many there are when these are too few; none while the broker is down. */
  async #recordsIfThereAre(topic: string, count: number): Promise<TestRecord[] | number> {
    this.#assertOpen()
    const storage = this.#running?.context.storage
    if (storage?.metadata.image.topicsByName.has(topic) !== true) return 0
    const offsets = offsetCount(storage, topic)
    if (offsets < count) return offsets
    const records = await readTopic(storage, topic)
    return records.length < count ? records.length : records.map(asText)
  }

  /** Answers what was asked; who does not take the answer in real time, whatever the clock says, is cut off. */
  async #stop(): Promise<void> {
    const running = this.#running
    this.#running = undefined
    if (running === undefined) return
    let cutOff: Promise<void> | undefined
    const late = nodeTimers.after(CLOSE_MS_MAX, () => {
      this.#dead.abort()
      cutOff = running.abort()
    })
    try {
      await running.close({ timeoutMs: Infinity })
    } finally {
      late.cancel()
      this.#dead.abort()
      await cutOff
    }
  }

  /** Another process may have been given our port while we were down; it is most often free again soon. */
  async #listen(storage: Storage, dead: AbortSignal): Promise<RunningBroker> {
    for (let waitedMs = 0; ; waitedMs += PORT_RETRY_MS) {
      try {
        return await startBroker({
          ...this.#services(),
          storage,
          network: nodeNetwork,
          listen: { host: HOST, port: this.#port },
          config: this.#config,
          interceptor: (request) => this.faults.intercept(request, dead)
        })
      } catch (error) {
        const isAgain = this.#wasReachable && errorCode(error) === 'EADDRINUSE'
        if (!isAgain || waitedMs >= PORT_WAIT_MS_MAX) throw error
        await sleep(nodeTimers, PORT_RETRY_MS)
      }
    }
  }

  #services() {
    const logger = this.#options.logger ?? SILENT_LOGGER
    return { ...this.#time, random: nodeRandom, logger, compression: threadPoolCompression }
  }

  async #openStorage(): Promise<Storage> {
    const { logConfig, storageLimits: limits } = this.#config
    const shared = { ...this.#services(), logConfig, limits }
    if (this.#durability === 'memory') return openMemoryStorage(shared)
    if (this.#options.directory === undefined) this.#folder ??= await makeTemporaryFolder()
    const directory = this.#options.directory ?? this.#folder?.path ?? ''
    return openLocalStorage({ ...shared, disk: nodeDisk, directory, durability: this.#durability })
  }

  #assertOpen(): void {
    if (this.#closed !== undefined) throw new NaruError('CLOSED', 'the test broker is closed')
  }

  #live(): RunningBroker {
    this.#assertOpen()
    if (this.#running !== undefined) return this.#running
    throw new NaruError('NOT_RUNNING', 'the test broker has crashed; restart() brings it back')
  }

  #topicName(topicId: string): string | undefined {
    return isUuid(topicId) ? this.#storage?.metadata.image.topicsById.get(topicId)?.name : undefined
  }

  #fetchSessionTopics(sessionId: number): string[] {
    const partitions = this.#running?.context.fetchSessions.partitionsOf(sessionId) ?? []
    return [...partitions].flatMap(({ topicName, topicId }) => {
      const name = topicName === '' ? this.#topicName(topicId) : topicName
      return name === undefined ? [] : [name]
    })
  }
}
