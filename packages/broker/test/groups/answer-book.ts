/** Writes down what a broker answers, with everything replaced that differs from run to run. */
import { RawClient } from '../raw-client.ts'

export interface Answer {
  readonly step: string
  readonly response: unknown
}

const uuid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g

export class AnswerBook {
  readonly answers: Answer[] = []
  readonly #names = new Map<string, string>()
  readonly #clients: RawClient[] = []
  readonly #address: { readonly host: string; readonly port: number }

  constructor(address: { readonly host: string; readonly port: number }) {
    this.#address = address
  }

  get address(): { readonly host: string; readonly port: number } {
    return this.#address
  }

  /** A connection of its own: a request that is parked holds up those behind it. */
  async client(): Promise<RawClient> {
    const client = await RawClient.connect(this.#address)
    this.#clients.push(client)
    return client
  }

  /** From now on this text stands for the value. */
  name(value: string, name: string): void {
    this.#names.set(value, name)
  }

  note<Response>(step: string, response: Response): Response {
    this.answers.push({ step, response: this.#plain(response) })
    return response
  }

  async close(): Promise<void> {
    for (const client of this.#clients) await client[Symbol.asyncDispose]()
  }

  #plain(value: unknown): unknown {
    if (typeof value === 'string') return this.#text(value)
    if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1')
    if (Array.isArray(value)) return this.#sorted(value.map((item) => this.#plain(item)))
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value).map(([key, item]): [string, unknown] => {
      return [key, key === 'port' && item === this.#address.port ? 'port' : this.#plain(item)]
    })
    return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)))
  }

  /** Lists are sets in the protocol: Kafka gives many of them in the order of a hash table. */
  #sorted(items: readonly unknown[]): unknown[] {
    const keyed = items.map((item): [string, unknown] => [JSON.stringify(item), item])
    return keyed.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item)
  }

  #text(value: string): string {
    const known = this.#names.get(value)
    return known ?? value.replace(uuid, (id) => this.#named(id))
  }

  /** The first id of a run is `id-1`, and so on. */
  #named(id: string): string {
    const known = this.#names.get(id)
    if (known !== undefined) return known
    const name = `id-${this.#names.size}`
    this.#names.set(id, name)
    return name
  }
}
