// The shop itself, which knows no web framework: the parts that this process runs, opened in order and closed in reverse.
import { startEmbeddedBroker } from '@naru/broker/embedded'
import { type Service, defineService } from '@naru/service'
import type { Config } from './config.ts'
import { orderPlaced, orderReady } from './events.ts'

export type Status = 'placed' | 'ready'

export class Shop implements AsyncDisposable {
  readonly bootstrap: string
  readonly #closers: Array<() => Promise<void>> = []
  readonly #orders = new Map<string, Status>()
  #till: Service | undefined

  private constructor(bootstrap: string) {
    this.bootstrap = bootstrap
  }

  static async open({ parts, bootstrap, brokerPort, data }: Config): Promise<Shop> {
    const broker = parts.includes('broker')
      ? await startEmbeddedBroker({ port: brokerPort, directory: data })
      : undefined
    const shop = new Shop(broker?.bootstrap ?? bootstrap ?? '')
    if (broker !== undefined) shop.#closers.unshift(() => broker.close())
    try {
      if (parts.includes('barista')) await shop.#openBarista()
      if (parts.includes('till')) await shop.#openTill()
      return shop
    } catch (error) {
      await shop.close()
      throw error
    }
  }

  /** Resolves to the order's id when the log has it. */
  async place(drink: string): Promise<string> {
    if (this.#till === undefined) throw new Error('this process has no till')
    const orderId = crypto.randomUUID()
    this.#orders.set(orderId, 'placed')
    await this.#till.publish(orderPlaced, { orderId, drink })
    return orderId
  }

  status(orderId: string): Status | undefined {
    return this.#orders.get(orderId)
  }

  async close(): Promise<void> {
    for (const close of this.#closers.splice(0)) await close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #openTill(): Promise<void> {
    const till = defineService({ name: 'till', bootstrap: this.bootstrap, publishes: [orderPlaced] })
    till.on(orderReady, ({ orderId }) => void this.#orders.set(orderId, 'ready'))
    this.#till = till
    await till.start()
    this.#closers.unshift(() => till.stop())
  }

  async #openBarista(): Promise<void> {
    const barista = defineService({ name: 'barista', bootstrap: this.bootstrap, publishes: [orderReady] })
    barista.on(orderPlaced, async ({ orderId }, { publish }) => void (await publish(orderReady, { orderId })))
    await barista.start()
    this.#closers.unshift(() => barista.stop())
  }
}
