/** A well-behaved client beside the attackers: writes a record, reads it back, and notes how long that took. */
import {
  Consumer,
  MessagesStreamModes,
  Producer,
  stringDeserializers,
  stringSerializers
} from '@platformatic/kafka'

export const WITNESS_TOPIC = 'witness'
const ROUND_MS_MAX = 10_000

export interface WitnessReport {
  readonly operations: number
  readonly failures: number
  readonly p50Ms: number
  readonly p99Ms: number
}

export class Witness {
  readonly #producer: Producer<string, string, string, string>
  readonly #consumer: Consumer<string, string, string, string>
  readonly #arrived = new Map<string, () => void>()
  readonly #tookMs: number[] = []
  #failures = 0
  #stopping = false
  #loop: Promise<void> = Promise.resolve()

  private constructor(bootstrap: string) {
    const shared = { clientId: 'witness', bootstrapBrokers: [bootstrap], autocreateTopics: true }
    this.#producer = new Producer({ ...shared, serializers: stringSerializers })
    this.#consumer = new Consumer({ ...shared, groupId: 'witness', deserializers: stringDeserializers })
  }

  static async start(address: { host: string; port: number }): Promise<Witness> {
    const witness = new Witness(`${address.host}:${address.port}`)
    await witness.#producer.send({ messages: [{ topic: WITNESS_TOPIC, value: 'first' }] })
    const stream = await witness.#consumer.consume({
      topics: [WITNESS_TOPIC],
      mode: MessagesStreamModes.LATEST,
      autocommit: false
    })
    stream.on('data', (message) => witness.#arrived.get(message.value)?.())
    witness.#loop = witness.#run()
    return witness
  }

  async stop(): Promise<WitnessReport> {
    this.#stopping = true
    await this.#loop
    await this.#consumer.close(true)
    await this.#producer.close(true)
    const sorted = this.#tookMs.toSorted((a, b) => a - b)
    const at = (share: number): number =>
      Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 10) / 10
    return { operations: sorted.length, failures: this.#failures, p50Ms: at(0.5), p99Ms: at(0.99) }
  }

  async #run(): Promise<void> {
    for (let number = 0; !this.#stopping; number++) {
      const startedMs = performance.now()
      const seen = await this.#round(`round-${number}`)
      if (seen) this.#tookMs.push(performance.now() - startedMs)
      else this.#failures++
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  async #round(value: string): Promise<boolean> {
    const arrived = new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(false), ROUND_MS_MAX)
      this.#arrived.set(value, () => {
        clearTimeout(timer)
        resolve(true)
      })
    })
    try {
      await this.#producer.send({ messages: [{ topic: WITNESS_TOPIC, value }] })
      return await arrived
    } catch {
      return false
    } finally {
      this.#arrived.delete(value)
    }
  }
}
