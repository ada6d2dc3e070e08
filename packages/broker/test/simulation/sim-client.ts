/** One simulated client: a process of its own with a connection that it makes anew when it is lost. */
import type { Network } from '@naru/base'
import { VirtualProcess, type SeededRandom } from '@naru/simulator'
import type { ApiMessage } from '@naru/protocol'
import { brokerAddress } from './broker-host.ts'
import { ConnectionLost, WireClient } from './wire-client.ts'
import type { World } from './world.ts'

export abstract class SimClient {
  readonly name: string
  readonly world: World
  readonly random: SeededRandom
  readonly process: VirtualProcess
  protected readonly network: Network
  #wire: WireClient | undefined
  #done = false

  constructor(world: World, name: string) {
    this.world = world
    this.name = name
    this.random = world.scheduler.random
    this.process = new VirtualProcess(world.scheduler, name)
    this.network = world.network.of(this.process)
  }

  get done(): boolean {
    return this.#done
  }

  get nowMs(): number {
    return this.world.scheduler.nowMs
  }

  /** Works until the world stops; a client that fails ends the run. */
  start(): void {
    const ended = this.run().then(() => {
      this.#done = true
      this.disconnect()
    })
    ended.catch((error: unknown) => this.world.scheduler.fail(error))
  }

  protected abstract run(): Promise<void>

  protected pause(msMax: number): Promise<void> {
    return this.world.scheduler.delay(this.random.fraction() * msMax, `${this.name} pause`)
  }

  /** The connection, made again and again until it stands. */
  async wire(): Promise<WireClient> {
    while (this.#wire?.closed !== false) {
      try {
        const place = { name: this.name, network: this.network, timers: this.process }
        this.#wire = await WireClient.connect(place, brokerAddress)
      } catch (error) {
        if (!(error instanceof ConnectionLost)) throw error
        await this.pause(200)
      }
    }
    return this.#wire
  }

  /** Undefined when no answer came: it may have happened. */
  async ask<Request, Response>(
    message: ApiMessage<Request, Response>,
    request: Request,
    version: number
  ): Promise<Response | undefined> {
    const wire = await this.wire()
    try {
      return await wire.send(message, request, version)
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error
      return undefined
    }
  }

  protected disconnect(): void {
    this.#wire?.destroy()
    this.#wire = undefined
  }

  /** A version between these, drawn. */
  version(min: number, max: number): number {
    return min + this.random.below(max - min + 1)
  }
}
