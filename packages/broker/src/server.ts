/** Accepts connections on one listener and knows those that are open. */
import type { Address, Connection, Listener, Network, Timer } from '@naru/base'
import { ClientConnection } from './connection.ts'
import type { BrokerContext } from './context.ts'
import { HeldBytes } from './held-bytes.ts'
import {
  CONNECTIONS_MAX,
  FRAME_BYTES_BEGUN_MAX,
  REQUEST_BYTES_IN_FLIGHT_MAX,
  STUCK_MS_MAX
} from './limits.ts'
import { RequestBudget } from './request-budget.ts'
import { RequestDispatcher } from './request-dispatcher.ts'

export class Server {
  readonly #broker: BrokerContext
  readonly #dispatcher: RequestDispatcher
  readonly #budget: RequestBudget
  readonly #begun = new HeldBytes(FRAME_BYTES_BEGUN_MAX)
  readonly #connections = new Set<ClientConnection>()
  #listener: Listener | undefined
  #nextId = 1
  #relief: Timer | undefined
  #onEmpty: (() => void) | undefined

  constructor(broker: BrokerContext) {
    this.#broker = broker
    this.#dispatcher = new RequestDispatcher(broker)
    this.#budget = new RequestBudget({
      bytesMax: REQUEST_BYTES_IN_FLIGHT_MAX,
      metrics: broker.metrics,
      onFull: () => this.#relieveLater()
    })
  }

  /** Resolves to the address that is really listened on. */
  async listen(network: Network, address: Address): Promise<Address> {
    this.#listener = await network.listen(address, (socket) => this.#accept(socket))
    return { host: this.#listener.host, port: this.#listener.port }
  }

  /** Takes no more connections, lets what was asked be answered until `deadline` resolves, then drops the rest. */
  async close(deadline: Promise<void>): Promise<void> {
    const listenerClosed = this.#listener?.close()
    this.#relief?.cancel()
    for (const connection of this.#connections) connection.drain()
    if (this.#connections.size > 0) {
      const empty = new Promise<void>((resolve) => (this.#onEmpty = resolve))
      await Promise.race([empty, deadline])
    }
    for (const connection of this.#connections) connection.destroy()
    await listenerClosed
  }

  /** Drops everything at once, as a crash would. */
  async abort(): Promise<void> {
    const listenerClosed = this.#listener?.close()
    this.#relief?.cancel()
    for (const connection of this.#connections) connection.destroy()
    await listenerClosed
  }

  #accept(socket: Connection): void {
    const { metrics, logger } = this.#broker
    if (this.#connections.size >= CONNECTIONS_MAX) {
      metrics.connectionsRefused++
      logger.log('warn', 'too-many-connections', { limit: CONNECTIONS_MAX, peer: socket.remoteAddress })
      socket.destroy()
      return
    }
    const connection: ClientConnection = new ClientConnection({
      connectionId: this.#nextId++,
      socket,
      broker: this.#broker,
      dispatcher: this.#dispatcher,
      budget: this.#budget,
      begun: this.#begun,
      onClosed: () => this.#forget(connection)
    })
    this.#connections.add(connection)
    metrics.connections = this.#connections.size
    metrics.connectionsTotal++
    connection.start()
  }

  /** While the bound of requests is reached nobody is read from: those that wait for something must not make it last. */
  #relieveLater(): void {
    if (this.#relief !== undefined) return
    const { timers } = this.#broker
    this.#relief = timers.after(STUCK_MS_MAX, () => this.#relieve(), { background: true })
  }

  #relieve(): void {
    this.#relief = undefined
    const sinceMs = this.#broker.clock.monotonicMs() - STUCK_MS_MAX
    const stuck = [...this.#connections]
      .map((connection) => ({ connection, bytes: connection.stuckBytes(sinceMs) }))
      .filter(({ bytes }) => bytes > 0)
      .sort((a, b) => b.bytes - a.bytes)
    for (const { connection } of stuck) {
      if (this.#budget.open) return
      connection.giveWay()
    }
    if (!this.#budget.open) this.#relieveLater()
  }

  #forget(connection: ClientConnection): void {
    this.#connections.delete(connection)
    this.#broker.metrics.connections = this.#connections.size
    if (this.#connections.size === 0) this.#onEmpty?.()
  }
}
