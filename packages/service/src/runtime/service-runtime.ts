/**
 * A running service: reads its topics as a member of its group, hands the records to the executor, commits, and stops
 * in order. One instance lives from one start to one stop.
 */
import { NaruError, sleep } from '@naru/base'
import { type Client, type GroupReader, type Place, type ReadBatch, createClient } from '@naru/client'
import { registerContracts } from '../contracts/contract-registry.ts'
import type { Contract, ContractRole } from '../contracts/contract.ts'
import { contractsOf } from '../contracts/contracts-of.ts'
import { ServiceError, asError } from '../errors.ts'
import type { AnySchema, EventDefinition } from '../event/define-event.ts'
import { randomId } from '../event/encode-event.ts'
import { HeaderName, headerText } from '../event/headers.ts'
import { type Actions, Executor } from '../executor/executor.ts'
import type { PartitionRun } from '../executor/partition-run.ts'
import type { Work } from '../executor/work.ts'
import type { AttemptEnvironment } from '../handler/attempt.ts'
import { HandlerRunner } from '../handler/handler-runner.ts'
import type { Route } from '../handler/route.ts'
import type { RouteTable } from '../handler/route-table.ts'
import type { OutgoingEvent } from '../ports.ts'
import { scheduledTopicOf } from '../publish/delayed.ts'
import { Publisher } from '../publish/publisher.ts'
import { ScheduledEvents } from '../publish/scheduled-events.ts'
import { toDeadLetter, toRetry } from '../retry/moved-records.ts'
import { retriedTopic, retryTopic } from '../retry/topics.ts'
import { Telemetry } from '../telemetry/telemetry.ts'
import { Committer } from './committer.ts'
import { Partitions } from './partitions.ts'
import type { ServiceSettings } from './settings.ts'
import { ensureTopic, setUpTopics } from './topic-setup.ts'

/** The last steps of a stop: commit, leave, close. */
const END_MS_MAX = 2_000
const TROUBLE_PAUSE_MS = 500

export class ServiceRuntime {
  readonly client: Client
  readonly publisher: Publisher
  readonly executor: Executor
  readonly environment: AttemptEnvironment
  readonly telemetry: Telemetry
  readonly instanceId: string
  readonly #settings: ServiceSettings
  readonly #table: () => RouteTable
  readonly #runner: HandlerRunner
  readonly #scheduled: ScheduledEvents
  readonly #partitions: Partitions
  readonly #committer: Committer
  readonly #stop = new AbortController()
  #reader: GroupReader | undefined
  #reading: Promise<void> | undefined
  #relay: AsyncDisposable | undefined
  #scheduledReady: Promise<void> | undefined
  #trouble: Error | undefined
  readonly #registered = new Map<EventDefinition<AnySchema>, Promise<void>>()
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
    this.telemetry = new Telemetry(clock, name)
    this.environment = {
      clock,
      timers,
      random,
      logger,
      source: `/${name}`,
      scheduledTopic: scheduledTopicOf(name),
      send: (event) => this.send([event]),
      beforePublish: (event) => this.registerWriter(event)
    }
    const { concurrency, store, exactlyOnce } = settings
    this.#runner = new HandlerRunner({
      group: name,
      environment: this.environment,
      store,
      isExactlyOnce: exactlyOnce,
      telemetry: this.telemetry
    })
    this.executor = new Executor(
      { clock, timers, random, concurrency, instanceId: this.instanceId },
      this.#actions()
    )
    this.#scheduled = new ScheduledEvents({
      clock,
      timers,
      publish: (outgoing) => this.publisher.publish(outgoing),
      pause: (place) => this.#reader?.pause(place),
      resume: (place) => this.#reader?.resume(place),
      onTrouble: (error) => this.onTrouble(asError(error))
    })
    const onTrouble = (error: Error): void => this.onTrouble(error)
    this.#partitions = new Partitions({
      group: name,
      scheduledTopic: this.environment.scheduledTopic,
      admin: this.client.admin,
      executor: this.executor,
      scheduled: this.#scheduled
    })
    this.#committer = new Committer({
      timers,
      commitMs: settings.commitMs,
      runs: () => this.executor.runs,
      commit: async (positions) =>
        (await this.#reader?.commit(positions, { timeoutMs: END_MS_MAX })) ?? 'lost',
      onTrouble
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
    const { store, name, startMs, timers, clock } = this.#settings
    const deadlineMs = clock.monotonicMs() + startMs
    for (;;) {
      try {
        await this.client.admin.describeCluster({ timeoutMs: startMs })
        break
      } catch (error) {
        const mayHeal = error instanceof NaruError && error.retriable
        if (!mayHeal || clock.monotonicMs() >= deadlineMs) throw error
        await sleep(timers, TROUBLE_PAUSE_MS)
      }
    }
    this.telemetry.detect()
    await store?.open(name)
    await this.#setUpTopics()
    await this.#registerContracts()
    this.#relay = await store?.outbox.relay((events) => this.send(events))
    if (this.#table().routes.length > 0) this.#join()
  }

  /** Finishes what runs, within `stopMs`; the rest is handed over. */
  async stop(): Promise<void> {
    const { stopMs } = this.#settings
    this.#stop.abort(new NaruError('CLOSED', 'the service stops'))
    await this.#reading
    const runs = this.executor.runs
    await this.#drain(runs, stopMs)
    this.executor.stop()
    this.#committer.stop()
    this.#scheduled.close()
    await this.#relay?.[Symbol.asyncDispose]()
    await this.#within(END_MS_MAX, this.#commitAll())
    await this.#within(END_MS_MAX, this.publisher.flush())
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
    const { scheduledTopic } = this.environment
    if (events.some(({ topic }) => topic === scheduledTopic)) await this.#scheduledTopicReady()
    await this.publisher.publishAll(events)
    for (const { topic } of events) this.telemetry.published(topic)
  }

  /** Registers the contract of an event when it is first published; rejects when that breaks another one. */
  async registerWriter(event: EventDefinition<AnySchema>): Promise<void> {
    if (!this.#settings.contracts) return
    const known = this.#registered.get(event)
    if (known !== undefined) return known
    const registering = this.#register(this.#contracts('writer', [event]))
    this.#registered.set(event, registering)
    registering.catch(() => this.#registered.delete(event))
    return registering
  }

  async #registerContracts(): Promise<void> {
    const { contracts, publishes } = this.#settings
    if (!contracts) return
    const handled = this.#table().routes
    const replies = handled.flatMap(({ reply }) => reply ?? [])
    const writers = [...publishes, ...replies]
    await this.#register([
      ...this.#contracts('writer', writers),
      ...this.#contracts(
        'reader',
        handled.map(({ event }) => event)
      )
    ])
    for (const event of writers) this.#registered.set(event, Promise.resolve())
  }

  #contracts(role: ContractRole, events: ReadonlyArray<EventDefinition<AnySchema>>): readonly Contract[] {
    const { name, clock } = this.#settings
    return contractsOf(name, role, events, new Date(clock.wallMs()).toISOString())
  }

  #register(contracts: readonly Contract[]): Promise<void> {
    return registerContracts(this.client, contracts, this.#settings.replicationFactor)
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
        onRevoked: (places) => this.#revoked(places),
        onLost: (places) => this.#drop(places, new NaruError('LOST', 'another member has the partition')),
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
        for (const batch of await reader.next(signal)) this.#take(batch)
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

  #take(batch: ReadBatch): void {
    if (batch.topic === this.environment.scheduledTopic) this.#scheduled.read(batch)
    else this.executor.add(batch)
  }

  async #revoked(places: readonly Place[]): Promise<void> {
    const runs = this.#runsOf(places)
    await this.#drain(runs, this.#settings.drainMs)
    await this.#within(END_MS_MAX, this.#commitAll())
    this.#drop(places, new NaruError('LOST', 'the partition went to another member'))
  }

  /** Lets running handlers finish for a while, then gives them up. */
  async #drain(runs: readonly PartitionRun[], waitMs: number): Promise<void> {
    const isIdle = await this.#within(waitMs, this.executor.close(runs))
    if (isIdle) return
    this.#runner.abort(new Set(runs), new NaruError('STOPPING', 'the partition is handed over'))
  }

  #drop(places: readonly Place[], reason: Error): void {
    const runs = this.#runsOf(places)
    for (const place of places) this.#scheduled.drop(place)
    this.executor.drop(runs)
    this.#runner.abort(new Set(runs), reason)
  }

  #runsOf(places: readonly Place[]): readonly PartitionRun[] {
    return places.flatMap((place) => this.executor.runAt(place) ?? [])
  }

  /** A group that is between two generations takes the commit a moment later. */
  async #commitAll(): Promise<void> {
    while (!(await this.#committer.commit())) {
      if (this.#reader === undefined || this.#reader.identity.generation < 0) return
      await sleep(this.#settings.timers, this.#settings.commitMs)
    }
  }

  /** True when `work` was done within the time. */
  async #within(timeMs: number, work: Promise<unknown>): Promise<boolean> {
    const late = new AbortController()
    const timeout = sleep(this.#settings.timers, timeMs, late.signal).then(
      () => false,
      () => false
    )
    const isDone = await Promise.race([work.then(() => true), timeout])
    late.abort(new NaruError('CLOSED', 'done'))
    return isDone
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

  #routeOf(work: Work, topic: string): Route | undefined {
    work.resolution ??= this.#table().resolve(topic, work.record.headers)
    return work.resolution.kind === 'handle' ? work.resolution.route : undefined
  }

  #topicOf({ record }: Work): string {
    return retriedTopic(record.topic, this.#settings.name) ?? record.topic
  }

  #actions(): Actions {
    const { name, retry } = this.#settings
    return {
      batchMax: (work) => this.#routeOf(work, this.#topicOf(work))?.batchMax ?? 1,
      isSameHandler: (one, other) =>
        this.#routeOf(one, this.#topicOf(one)) === this.#routeOf(other, this.#topicOf(other)),
      policy: (work) => this.#routeOf(work, this.#topicOf(work))?.policy ?? retry,
      handle: (run, works) => {
        const [work] = works
        if (work === undefined) return undefined
        const route = this.#routeOf(work, run.topic)
        if (route !== undefined) return this.#runner.run(run, route, works)
        return work.resolution?.kind === 'refuse' ? work.resolution.error : undefined
      },
      moveToRetry: async (run, works) => {
        const settings = { group: name, topic: run.topic, instanceId: this.instanceId }
        await Promise.all(works.map((work) => this.publisher.publish(toRetry(work, settings))))
      },
      deadLetter: async (run, work, error) => {
        const settings = { group: name, topic: run.topic, instanceId: this.instanceId }
        await this.#replyError(work, error)
        await this.publisher.publish(toDeadLetter(work, error, settings))
      },
      pause: (place) => this.#reader?.pause(place),
      resume: (place) => this.#reader?.resume(place),
      onFailed: (work, error, next) => this.#onFailed(work, error, next),
      onBug: (error) => {
        this.onTrouble(error)
        this.#failed.resolve(error)
      }
    }
  }

  /** Who asked learns that there will be no answer. */
  async #replyError({ record }: Work, error: Error): Promise<void> {
    const topic = headerText(record.headers, HeaderName.replyTopic)
    const correlationId = headerText(record.headers, HeaderName.correlationId)
    if (topic === undefined || correlationId === undefined) return
    const headers = [
      [HeaderName.correlationId, correlationId],
      [HeaderName.replyError, error.message]
    ] as const
    // A requester that is gone has taken its topic along.
    await this.publisher.publish({ topic, key: null, value: null, headers }).catch(() => undefined)
  }

  #onFailed(work: Work, error: Error, next: 'retry' | 'move' | 'dead-letter'): void {
    const { topic, partition, offset, headers } = work.record
    const code = error instanceof ServiceError || error instanceof NaruError ? error.code : error.name
    this.telemetry.failed(topic, code)
    this.#settings.logger.log(next === 'retry' ? 'warn' : 'error', `record-failed-${next}`, {
      topic,
      partition,
      offset,
      eventId: headerText(headers, HeaderName.id),
      attempt: work.attempts,
      code,
      error: error.message
    })
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
