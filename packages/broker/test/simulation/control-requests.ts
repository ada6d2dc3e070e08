/**
 * Requests of transactional producers, some of which take their time on a connection of their own: they arrive after what
 * was sent later, once more, or in the middle of the next transaction. That is what tore transactions before KIP-890.
 */
import type { ApiMessage } from '@naru/protocol'
import { ConnectionLost, WireClient } from './wire-client.ts'
import { brokerAddress } from './broker-host.ts'
import { ReadingClient } from './fetching.ts'

/** Into the next transaction, or as long as several. */
const lateMsMax = [300, 3_000] as const

export interface ControlAnswer<Response> {
  /** Undefined when none came. */
  readonly response: Response | undefined
  /** A copy is still on its way. */
  readonly late: boolean
}

export abstract class ControllingClient extends ReadingClient {
  #answered = 0

  /** Asks, late, twice or simply; `what` is the name under which it is counted. */
  protected async control<Request, Response>(
    what: string,
    message: ApiMessage<Request, Response>,
    request: Request,
    version: number
  ): Promise<ControlAnswer<Response>> {
    const { counts, swarm, host } = this.world
    const late = !host.isQuiet && this.random.chance(swarm.network.lateRequest)
    if (late) {
      const send = (wire: WireClient): Promise<unknown> => wire.send(message, request, version)
      this.#sendLate(what, send)
      if (this.random.oneIn(2)) {
        // The client gives up before the request has left its queue, and asks again.
        counts.hit('control-request-delayed')
        await this.pause(400)
        return { response: undefined, late }
      }
      counts.hit('control-request-duplicated')
    }
    const response = await this.ask(message, request, version)
    if (response !== undefined) this.#answered++
    return { response, late }
  }

  #sendLate(what: string, send: (wire: WireClient) => Promise<unknown>): void {
    const { scheduler, counts } = this.world
    const answeredBefore = this.#answered
    const lateMs = this.random.fraction() * (this.random.pick(lateMsMax) ?? 0)
    scheduler.after(lateMs, `${this.name} late ${what}`, () => {
      const place = { name: this.name, network: this.network, timers: this.process }
      const sending = WireClient.connect(place, brokerAddress).then(async (wire) => {
        counts.hit(`late ${what}`)
        if (this.#answered > answeredBefore) counts.hit('control-request-reordered')
        await send(wire)
        wire.destroy()
      })
      sending.catch((error: unknown) => {
        if (!(error instanceof ConnectionLost)) scheduler.fail(error)
      })
    })
  }
}
