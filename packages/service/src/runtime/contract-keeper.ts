/** Registers the contracts of a running service: what it names at its start, and what it publishes for the first time. */
import type { Client } from '@naru/client'
import { registerContracts } from '../contracts/contract-registry.ts'
import { contractsOf } from '../contracts/contracts-of.ts'
import type { AnySchema, EventDefinition } from '../event/define-event.ts'
import type { Route } from '../handler/route.ts'
import type { ServiceSettings } from './settings.ts'

type Events = ReadonlyArray<EventDefinition<AnySchema>>

export class ContractKeeper {
  readonly #client: Client
  readonly #settings: ServiceSettings
  readonly #registered = new Map<EventDefinition<AnySchema>, Promise<void>>()

  constructor(client: Client, settings: ServiceSettings) {
    this.#client = client
    this.#settings = settings
  }

  /** What the service handles, and what it says that it publishes; rejects when that breaks others. */
  async register(routes: readonly Route[]): Promise<void> {
    const writers = [...this.#settings.publishes, ...routes.flatMap(({ reply }) => reply ?? [])]
    await this.#write(
      writers,
      routes.map(({ event }) => event)
    )
    for (const event of writers) this.#registered.set(event, Promise.resolve())
  }

  /** Before the first publication of an event; resolves at once for those that are known. */
  registerWriter(event: EventDefinition<AnySchema>): Promise<void> {
    const known = this.#registered.get(event)
    if (known !== undefined) return known
    const registering = this.#write([event], [])
    this.#registered.set(event, registering)
    registering.catch(() => this.#registered.delete(event))
    return registering
  }

  async #write(writers: Events, readers: Events): Promise<void> {
    const { contracts, name, clock, replicationFactor } = this.#settings
    if (!contracts) return
    const since = new Date(clock.wallMs()).toISOString()
    await registerContracts(
      this.#client,
      [...contractsOf(name, 'writer', writers, since), ...contractsOf(name, 'reader', readers, since)],
      replicationFactor
    )
  }
}
