/**
 * The Kafka that a test runs on: the embedded broker, or the one that `NARU_TEST_BOOTSTRAP` names, with the same text.
 * Names are made unique, so that runs do not meet on a broker that many share.
 */
import { NaruError, sleep } from '@naru/base'
import { nodeClock, nodeRandom, nodeTimers } from '@naru/base/node'
import { type Client, bytesCodec, createClient } from '@naru/client'
import type { Service } from '@naru/service'
import { createTestBroker } from '../create-test-broker.ts'
import { RECORDS_POLL_MS, RECORDS_WAIT_MS } from '../limits.ts'
import type { TestBroker } from '../test-broker.ts'
import type { TestRecord } from '../topic-reader.ts'

export interface TestKafka extends AsyncDisposable {
  readonly bootstrap: string
  /** Whether this is the embedded broker, which crashes and faults on demand; undefined when it is another one. */
  readonly broker: TestBroker | undefined
  readonly client: Client
  /** A name for a topic, a group or a service that nobody else uses. */
  name(base: string): string
  /** Every record that is in the topic now. */
  read(topic: string): Promise<readonly TestRecord[]>
  /** Resolves to the records of a topic when there are at least `count`; 10 seconds. */
  waitForRecords(topic: string, count: number): Promise<readonly TestRecord[]>
  /** Writes all records of a topic once more, as they are: the duplicates that at-least-once can bring. */
  duplicate(topic: string): Promise<void>
  /** Starts a service, to be killed and restarted: each life is a service that `define` makes anew. */
  run<Db>(define: () => Service<Db>): Promise<TestService<Db>>
}

export interface TestService<Db> {
  readonly service: Service<Db>
  /** Ends it as a process that is killed. */
  kill(): Promise<void>
  /** Stops it unless it was killed, and starts another life. */
  restart(): Promise<void>
}

/** The variable that names another broker than the embedded one. */
const BOOTSTRAP_VARIABLE = 'NARU_TEST_BOOTSTRAP'
const SUFFIX_BYTES = 4

export async function createTestKafka(): Promise<TestKafka> {
  const external = process.env[BOOTSTRAP_VARIABLE]
  const broker = external === undefined || external === '' ? await createTestBroker() : undefined
  return new RunningTestKafka(broker?.bootstrap ?? external ?? '', broker)
}

class RunningTestKafka implements TestKafka {
  readonly bootstrap: string
  readonly broker: TestBroker | undefined
  readonly client: Client
  readonly #suffix = Buffer.from(nodeRandom.bytes(SUFFIX_BYTES)).toString('hex')
  readonly #services = new Set<TestService<never>>()

  constructor(bootstrap: string, broker: TestBroker | undefined) {
    this.bootstrap = bootstrap
    this.broker = broker
    this.client = createClient({ bootstrap })
  }

  name(base: string): string {
    return `${base}-${this.#suffix}`
  }

  async read(topic: string): Promise<readonly TestRecord[]> {
    const records: TestRecord[] = []
    const consumer = this.client.consumer({ topics: topic, from: 'earliest', to: 'end' })
    for await (const { partition, offset, timestamp, key, value, headers } of consumer.records()) {
      const named = headers.map(([name, content]) => [name, text(content) ?? ''] as const)
      records.push({
        partition,
        offset,
        timestamp,
        key: text(key),
        value: text(value),
        headers: Object.fromEntries(named)
      })
    }
    return records.sort((a, b) => a.partition - b.partition || a.offset - b.offset)
  }

  async waitForRecords(topic: string, count: number): Promise<readonly TestRecord[]> {
    const deadlineMs = nodeClock.monotonicMs() + RECORDS_WAIT_MS
    for (;;) {
      const [found] = await this.client.admin.describeTopics([topic])
      const records = found !== undefined && 'info' in found ? await this.read(topic) : []
      if (records.length >= count) return records
      if (nodeClock.monotonicMs() > deadlineMs) {
        throw new NaruError(
          'RECORDS_MISSING',
          `waited for ${count} records in '${topic}', found ${records.length}`
        )
      }
      await sleep(nodeTimers, RECORDS_POLL_MS)
    }
  }

  async duplicate(topic: string): Promise<void> {
    const copies = []
    const consumer = this.client.consumer({ topics: topic, from: 'earliest', to: 'end' })
    for await (const { partition, key, value, headers } of consumer.records()) {
      copies.push({ partition, key, value, headers })
    }
    const producer = this.client.producer({ key: bytesCodec, value: bytesCodec })
    await producer.send(topic, copies)
  }

  async run<Db>(define: () => Service<Db>): Promise<TestService<Db>> {
    let current = define()
    let isAlive = true
    const life: TestService<Db> = {
      get service() {
        return current
      },
      kill: async () => {
        isAlive = false
        await current.kill()
      },
      restart: async () => {
        if (isAlive) await current.stop()
        current = define()
        await current.start()
        isAlive = true
      }
    }
    await current.start()
    this.#services.add(life as unknown as TestService<never>)
    return life
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#services].map(({ service }) => service.stop()))
    await this.client.close()
    await this.broker?.close()
  }
}

function text(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()
}
