/**
 * A running service: reads its topics as a member of its group, hands the records to the executor, commits, and stops
 * in order. One instance lives from one start to one stop.
 */
import { NaruError, sleep } from '@naru/base'
import {
  CLIENT_DEFAULTS,
  type Client,
  type CommitOutcome,
  type GroupReader,
  type Place,
  type PositionToCommit,
  type ReadBatch,
  createClient
} from '@naru/client'
import { asError } from '../errors.ts'
import type { AnySchema, EventDefinition } from '../event/define-event.ts'
import { randomId } from '../event/encode-event.ts'
import { Executor } from '../executor/executor.ts'
import type { AttemptEnvironment } from '../handler/attempt.ts'
import { HandlerRunner } from '../handler/handler-runner.ts'
import type { RouteTable } from '../handler/route-table.ts'
import type { OutgoingEvent } from '../ports.ts'
import { scheduledTopicOf } from '../publish/delayed.ts'
import { type Outgoing, Publisher } from '../publish/publisher.ts'
import { ScheduledEvents } from '../publish/scheduled-events.ts'
import { RecordLimits } from '../retry/record-limits.ts'
import { retriedTopic, retryTopic } from '../retry/topics.ts'
import { Telemetry } from '../telemetry/telemetry.ts'
import { brokerAtStart } from './broker-at-start.ts'
import { Committer } from './committer.ts'
import { ContractKeeper } from './contract-keeper.ts'
import { ExactlyOnce } from './exactly-once.ts'
import { END_MS_MAX, HandOver } from './hand-over.ts'
import { Partitions } from './partitions.ts'
import { serviceActions } from './service-actions.ts'
import type { ServiceSettings } from './settings.ts'
import { ensureTopic, setUpTopics } from './topic-setup.ts'

const TROUBLE_PAUSE_MS = 500

export class ServiceRuntime {
  readonly client: Client
  readonly publisher: Publisher
  readonly executor: Executor
  readonly #limits: RecordLimits
  readonly environment: AttemptEnvironment
  readonly telemetry: Telemetry
  readonly instanceId: string
  readonly #settings: ServiceSettings
  readonly #table: () => RouteTable
  readonly #runner: HandlerRunner
  readonly #scheduled: ScheduledEvents
  readonly #partitions: Partitions
  readonly #contracts: ContractKeeper
  readonly #committer: Committer
  readonly #handOver: HandOver
  readonly #exactlyOnce: ExactlyOnce | undefined
  readonly #stop = new AbortController()
  #reader: GroupReader | undefined
  #reading: Promise<void> | undefined
  #relay: AsyncDisposable | undefined
  #scheduledReady: Promise<void> | undefined
  #trouble: Error | undefined
  #failed = Promise.withResolvers<Error>()

  constructor(settings: ServiceSettings, table: () => RouteTable) {
    const { clock, timers, random, logger, name } = settings
    this.#settings = settings
    this.#table = table
    this.instanceId = randomId(random).slice(0, 8)
    this.client = createClient({
      clientId: name,
      ...settings.client,
      bootstrap: settings.bootstrap,
      clock,
      timers
    })
    this.publisher = new Publisher(this.client)
    const limits = new RecordLimits(this.client.admin)
    this.#limits = limits
    this.#contracts = new ContractKeeper(this.client, settings)
    this.telemetry = new Telemetry(clock, name)
    this.environment = {
      clock,
      timers,
      random,
      logger,
      source: `/${name}`,
      scheduledTopic: scheduledTopicOf(name),
      telemetry: this.telemetry,
      send: (event) => this.send([event]),
      beforePublish: (event) => this.registerWriter(event),
      ...(settings.exactlyOnce ? { beforeKeep: (event: OutgoingEvent) => limits.check(event) } : {})
    }
    const { concurrency, store, exactlyOnce } = settings
    this.#runner = new HandlerRunner({
      group: name,
      environment: this.environment,
      store,
      isExactlyOnce: exactlyOnce,
      telemetry: this.telemetry
    })
    this.executor = this.#makeExecutor(concurrency, store?.transactionsMax ?? concurrency)
    const { transactionTimeoutMs } = settings
    const transactionalId = `${name}.${this.instanceId}`
    const prepare = (event: Outgoing): Promise<void> => this.#prepare([event])
    this.#exactlyOnce = exactlyOnce
      ? new ExactlyOnce(this.client, { transactionalId, transactionTimeoutMs }, prepare)
      : undefined
    this.#scheduled = this.#makeScheduled()
    this.#partitions = new Partitions({
      group: name,
      instanceId: this.instanceId,
      scheduledTopic: this.environment.scheduledTopic,
      admin: this.client.admin,
      executor: this.executor,
      scheduled: this.#scheduled
    })
    this.#committer = new Committer({
      timers,
      commitMs: settings.commitMs,
      runs: () => this.executor.runs,
      commit: (positions, events) => this.#commit(positions, events),
      onTrouble: (error) => this.onTrouble(error)
    })
    this.#handOver = new HandOver({
      ...settings,
      executor: this.executor,
      runner: this.#runner,
      scheduled: this.#scheduled,
      committer: this.#committer,
      isMember: () => (this.#reader?.identity.generation ?? -1) >= 0
    })
  }

  /** The last trouble that has not gone away by itself. */
  get trouble(): Error | undefined {
    return this.#trouble
  }

  get scheduledCount(): number {
    return this.#scheduled.count
  }

  get assigned(): readonly Place[] {
    return this.executor.runs.map(({ place }) => place)
  }

  /** Resolves to the error that ended the service by itself; never otherwise. */
  get failed(): Promise<Error> {
    return this.#failed.promise
  }

  /** Waits for the broker, makes topics and tables, and joins the group. */
  async start(): Promise<void> {
    const { store, name } = this.#settings
    const { signal } = this.#stop
    const bootstrap = this.#settings.bootstrap ?? CLIENT_DEFAULTS.bootstrap
    await brokerAtStart(this.client.admin, { ...this.#settings, bootstrap }, signal)
    this.telemetry.detect()
    await store?.open(name)
    await this.#setUpTopics()
    await this.#contracts.register(this.#table().routes)
    signal.throwIfAborted()
    this.#relay = await store?.outbox.relay((events) => this.send(events))
    // Whoever stopped the service meanwhile has closed what there was; nothing new may begin.
    signal.throwIfAborted()
    if (this.#table().routes.length > 0) this.#join()
  }

  /** Finishes what runs, within `stopMs`; the rest is handed over. */
  async stop(): Promise<void> {
    const { stopMs } = this.#settings
    this.#stop.abort(new NaruError('CLOSED', 'the service stops'))
    await this.#reading
    const runs = this.executor.runs
    await this.#handOver.drain(runs, stopMs)
    this.executor.stop()
    this.#committer.stop()
    this.#scheduled.close()
    // What a relay is sending to a broker that is away stays in the outbox.
    await this.#handOver.within(END_MS_MAX, Promise.resolve(this.#relay?.[Symbol.asyncDispose]()))
    await this.#handOver.commitAll()
    await this.#handOver.within(END_MS_MAX, this.publisher.flush())
    this.executor.drop(runs)
    await this.#reader?.close({ timeoutMs: END_MS_MAX })
    await this.client.close()
  }

  /** Ends at once and tells nobody, as a process that is killed; what was not committed is redone by others. */
  async kill(): Promise<void> {
    this.#stop.abort(new NaruError('CLOSED', 'the service was killed'))
    this.executor.stop()
    this.#committer.stop()
    this.#scheduled.close()
    this.#runner.abort(new Set(this.executor.runs), new NaruError('CLOSED', 'the service was killed'))
    this.executor.drop(this.executor.runs)
    await this.#reader?.abandon()
    await this.#relay?.[Symbol.asyncDispose]()
    await this.client.close()
    await this.#reading
  }

  /** Resolves when the log has all of them. */
  async send(events: readonly OutgoingEvent[]): Promise<void> {
    await this.#prepare(events)
    await this.publisher.publishAll(events)
    for (const { topic } of events) this.telemetry.published(topic)
  }

  #makeExecutor(concurrency: number, triesMax: number): Executor {
    const { clock, timers, random, logger, name, retry, exactlyOnce } = this.#settings
    return new Executor(
      { clock, timers, random, concurrency, triesMax },
      serviceActions({
        group: name,
        retry,
        isExactlyOnce: exactlyOnce,
        table: this.#table,
        runner: this.#runner,
        publisher: this.publisher,
        limits: this.#limits,
        telemetry: this.telemetry,
        logger,
        reader: () => this.#reader,
        onBug: (error) => {
          this.onTrouble(error)
          this.#failed.resolve(error)
        }
      })
    )
  }

  #makeScheduled(): ScheduledEvents {
    const { clock, timers } = this.#settings
    return new ScheduledEvents({
      clock,
      timers,
      publish: (outgoing) => this.publisher.publish(outgoing),
      pause: (place) => this.#reader?.pause(place),
      resume: (place) => this.#reader?.resume(place),
      onTrouble: (error) => this.onTrouble(asError(error))
    })
  }

  /** Makes the topic of delayed events before the first of them. */
  async #prepare(events: ReadonlyArray<Pick<Outgoing, 'topic'>>): Promise<void> {
    const { scheduledTopic } = this.environment
    if (events.some(({ topic }) => topic === scheduledTopic)) await this.#scheduledTopicReady()
  }

  /** Before the first publication of an event; rejects when it breaks what others read. */
  registerWriter(event: EventDefinition<AnySchema>): Promise<void> {
    return this.#contracts.registerWriter(event)
  }

  #setUpTopics(): Promise<void> {
    const { name, createTopics, partitions, replicationFactor, publishes, startMs } = this.#settings
    return setUpTopics(
      this.client.admin,
      {
        group: name,
        handled: this.#table().topics,
        published: publishes.map(({ topic }) => topic),
        partitions,
        replicationFactor,
        mayCreate: createTopics
      },
      { timeoutMs: startMs }
    )
  }

  #join(): void {
    const { name, from, sessionTimeoutMs, heartbeatMs, rebalanceTimeoutMs, exactlyOnce } = this.#settings
    const { scheduledTopic } = this.environment
    const handled = this.#table().topics
    const reader = this.client.groupReader(
      {
        group: name,
        topics: [...handled, ...handled.map((topic) => retryTopic(topic, name)), scheduledTopic],
        wholeTopics: [scheduledTopic],
        companionOf: (topic) => retriedTopic(topic, name),
        isolation: exactlyOnce ? 'read-committed' : 'read-uncommitted',
        from,
        sessionTimeoutMs,
        heartbeatMs,
        rebalanceTimeoutMs
      },
      {
        onAssigned: (partitions) => this.#partitions.assign(partitions),
        onRevoked: (places) => this.#handOver.revoked(places),
        onLost: (places) =>
          this.#handOver.drop(places, new NaruError('LOST', 'another member has the partition')),
        onTrouble: (error) => this.onTrouble(error)
      }
    )
    this.#reader = reader
    reader.start()
    this.#reading = this.#read(reader)
    this.#committer.start()
  }

  async #read(reader: GroupReader): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      try {
        for (const batch of await reader.next(signal)) await this.#take(reader, batch)
        this.#trouble = undefined
      } catch (thrown) {
        if (signal.aborted) return
        const error = asError(thrown)
        this.onTrouble(error)
        if (reader.hasFailed) {
          this.#failed.resolve(error)
          return
        }
        await sleep(this.#settings.timers, TROUBLE_PAUSE_MS, signal).catch(() => undefined)
      }
    }
  }

  /** A batch whose records are not what its checksum promises stops its partition here, and nothing else. */
  async #take(reader: GroupReader, batch: ReadBatch): Promise<void> {
    // It may have waited behind another batch through a rebalance.
    if (!batch.isCurrent()) return
    try {
      if (batch.topic === this.environment.scheduledTopic) this.#scheduled.read(batch)
      else await this.executor.add(batch)
    } catch (error) {
      this.onTrouble(asError(error))
      // Reading on would pass over the rest of the batch. Whoever gets the partition next comes to it again.
      reader.pause(batch)
      this.executor.drop(this.#handOver.runsOf([batch]))
    }
  }

  async #commit(positions: readonly PositionToCommit[], events: readonly Outgoing[]): Promise<CommitOutcome> {
    const reader = this.#reader
    if (reader === undefined) return 'lost'
    if (this.#exactlyOnce !== undefined) return this.#exactlyOnce.commit(reader.identity, positions, events)
    return reader.commit(positions, { timeoutMs: END_MS_MAX })
  }

  /** The topic of delayed events is made when it is first needed; the group finds it by itself. */
  #scheduledTopicReady(): Promise<void> {
    const { replicationFactor } = this.#settings
    this.#scheduledReady ??= ensureTopic(
      this.client.admin,
      {
        topic: this.environment.scheduledTopic,
        partitions: 1,
        replicationFactor,
        configs: { 'cleanup.policy': 'compact' }
      },
      true,
      {}
    ).then(() => {
      if (this.#reader === undefined && !this.#stop.signal.aborted) this.#join()
    })
    this.#scheduledReady.catch(() => {
      this.#scheduledReady = undefined
    })
    return this.#scheduledReady
  }

  /** Notes trouble that is tried again. */
  onTrouble(error: Error): void {
    this.#trouble = error
    this.#settings.logger.log('warn', 'service-trouble', {
      service: this.#settings.name,
      error: error.message
    })
  }
}
