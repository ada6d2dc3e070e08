// What a case of the matrix works with: the broker under test, the running adapters, and names of its own.

import { randomBytes } from 'node:crypto'
import type { BrokerOptions, RunningBroker } from '../broker.ts'
import { startBroker } from '../start.ts'
import { AdapterProcess } from './driver.ts'
import type { ClientDefinition } from './registry.ts'
import type { BrokerAddress, Codec, WireRecord } from './wire.ts'

/** The adapter of one client, with the fixed facts about it. */
export class Client {
  readonly definition: ClientDefinition
  readonly adapter: AdapterProcess

  constructor(definition: ClientDefinition, adapter: AdapterProcess) {
    this.definition = definition
    this.adapter = adapter
  }

  get name(): string {
    return this.definition.name
  }

  /** How this client addresses a broker; the client id tells the connections apart in a proxy. */
  at(broker: { readonly bootstrap: string }): BrokerAddress {
    return { bootstrap: broker.bootstrap, clientId: this.name }
  }

  /** Another process of the same client, for a member that is to be killed. */
  async another(): Promise<AdapterProcess> {
    return new AdapterProcess(await this.definition.command())
  }

  /** Reads whole partitions from their beginning. */
  async read(
    broker: { readonly bootstrap: string },
    topic: string,
    partitions: readonly number[],
    count: number,
    timeoutMs = 20_000
  ): Promise<WireRecord[]> {
    const command = { ...this.at(broker), topic, partitions, count, timeoutMs }
    return (await this.adapter.call('consume', command, timeoutMs + 30_000)).records
  }

  /** Writes records with acks=all. */
  async write(
    broker: { readonly bootstrap: string },
    topic: string,
    records: readonly WireRecord[],
    compression: Codec = 'none'
  ): Promise<void> {
    await this.adapter.call('produce', { ...this.at(broker), topic, compression, idempotent: false, records })
  }
}

export interface TopicOptions {
  readonly partitions?: number
  readonly configs?: Readonly<Record<string, string>>
}

export interface ContextSetup {
  readonly choice: string
  readonly broker: RunningBroker
  readonly java: AdapterProcess
  readonly everyone: readonly Client[]
  readonly ci: boolean
}

export class Context implements AsyncDisposable {
  readonly choice: string
  readonly broker: RunningBroker
  /** The Java client: makes topics, reads checksums and runs Kafka's tools, whichever client is under test. */
  readonly java: AdapterProcess
  /** True when only the subset that fits the time of CI shall run. */
  readonly ci: boolean
  /** Every client that runs, also those that `--client` leaves out as subjects. */
  readonly everyone: readonly Client[]
  readonly #brokers: RunningBroker[] = []
  readonly #run: string = randomBytes(3).toString('hex')
  #oracle: Promise<RunningBroker> | undefined

  constructor(setup: ContextSetup) {
    this.choice = setup.choice
    this.broker = setup.broker
    this.java = setup.java
    this.ci = setup.ci
    this.everyone = setup.everyone
  }

  /** A name that no other case and no other run on the same broker uses. */
  name(...parts: readonly (string | number)[]): string {
    return [...parts, this.#run].join('-')
  }

  /** A second broker of the kind under test, for cases that stop it or stand between it and its clients. */
  async anotherBroker(options: BrokerOptions = {}): Promise<RunningBroker> {
    // Kafka's controller otherwise waits nine seconds before it takes a killed broker back.
    const quickReturn = { 'broker.session.timeout.ms': '1500', 'broker.heartbeat.interval.ms': '300' }
    const properties =
      this.choice === 'kafka' ? { ...quickReturn, ...options.properties } : options.properties
    const broker = await startBroker(this.choice, {
      ...options,
      ...(properties === undefined ? {} : { properties })
    })
    this.#brokers.push(broker)
    return broker
  }

  /** A real Apache Kafka beside the broker under test, started when the first case asks. */
  oracle(): Promise<RunningBroker> {
    this.#oracle ??= startBroker('kafka').then((broker) => {
      this.#brokers.push(broker)
      return broker
    })
    return this.#oracle
  }

  async createTopic(broker: RunningBroker, topic: string, options: TopicOptions = {}): Promise<void> {
    const { partitions = 1, configs = {} } = options
    await this.java.request('create-topic', { bootstrap: broker.bootstrap, topic, partitions, configs })
  }

  async deleteTopic(broker: RunningBroker, topic: string): Promise<void> {
    await this.java.request('delete-topic', { bootstrap: broker.bootstrap, topic })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.everyone.map((client) => client.adapter.kill()))
    await this.java.kill()
    for (const broker of this.#brokers.toReversed()) await broker.close()
    await this.broker.close()
  }
}
