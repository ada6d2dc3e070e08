/**
 * A network in memory: streams of bytes that arrive late, in pieces, or not at all. Bytes of one connection keep
 * their order, as TCP promises; between connections nothing is promised.
 */
import { NaruError, type Address, type Connection, type Listener, type Network } from '@naru/base'
import type { FaultCounts } from './fault-counts.ts'
import type { Scheduler } from './scheduler.ts'
import type { VirtualProcess } from './virtual-process.ts'
import { VirtualSocket } from './virtual-socket.ts'

/** Probabilities per piece of data that leaves, or per connection for `refuse`; they may change at any time. */
export interface NetworkFaults {
  /** The connection is reset in both directions. */
  cut: number
  /** From now on what is sent vanishes, and nobody is told. */
  halfOpen: number
  /** This piece, and what comes after it on the same connection, is late by up to `delayMsMax`. */
  delay: number
  delayMsMax: number
  /** Only a few bytes leave at a time. */
  shortChunk: number
  /** A connection is not made: the answer to the first packet gets lost. */
  lostConnect: number
}

export const networkFaultNames: readonly string[] = [
  'network-cut',
  'network-half-open',
  'network-delay',
  'network-short-chunk',
  'network-late-delivery',
  'network-lost-connect',
  'network-back-pressure'
]

export const NO_NETWORK_FAULTS: Readonly<NetworkFaults> = {
  cut: 0,
  halfOpen: 0,
  delay: 0,
  delayMsMax: 0,
  shortChunk: 0,
  lostConnect: 0
}

const latencyMsMin = 0.02
const latencyMsSpread = 0.3
/** How long a host that does not answer is tried. */
const connectMsMax = 10_000

interface Listening {
  readonly process: VirtualProcess
  readonly onConnection: (connection: Connection) => void
}

export class VirtualNetwork {
  readonly faults: NetworkFaults = { ...NO_NETWORK_FAULTS }
  readonly scheduler: Scheduler
  readonly #counts: FaultCounts
  readonly #listening = new Map<string, Listening>()
  #nextPort = 40_000

  constructor(scheduler: Scheduler, counts: FaultCounts) {
    this.scheduler = scheduler
    this.#counts = counts
  }

  /** The network as one process has it; what it opened is closed when it ends. */
  of(process: VirtualProcess): Network {
    return {
      listen: (address, onConnection) => this.#listen(process, address, onConnection),
      connect: (address, signal) => this.#connect(process, address, signal)
    }
  }

  /** Decides whether a fault happens, and counts it. */
  draws(fault: Exclude<keyof NetworkFaults, 'delayMsMax'>): boolean {
    if (!this.scheduler.random.chance(this.faults[fault])) return false
    this.#counts.hit(faultNames[fault])
    return true
  }

  count(name: string): void {
    this.#counts.hit(name)
  }

  latencyMs(): number {
    const { random } = this.scheduler
    const usual = latencyMsMin + random.fraction() ** 3 * latencyMsSpread
    return this.draws('delay') ? usual + random.fraction() * this.faults.delayMsMax : usual
  }

  #listen(
    process: VirtualProcess,
    address: Address,
    onConnection: (connection: Connection) => void
  ): Promise<Listener> {
    const port = address.port === 0 ? this.#nextPort++ : address.port
    const place = `${address.host}:${port}`
    if (this.#listening.has(place)) {
      return Promise.reject(new NaruError('EADDRINUSE', `listen ${place}: EADDRINUSE`, { retriable: true }))
    }
    const listening = { process, onConnection }
    const stop = (): void => {
      if (this.#listening.get(place) === listening) this.#listening.delete(place)
    }
    this.#listening.set(place, listening)
    process.onEnd(stop)
    return Promise.resolve({ host: address.host, port, close: () => Promise.resolve(stop()) })
  }

  #connect(process: VirtualProcess, address: Address, signal?: AbortSignal): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const place = `${address.host}:${address.port}`
      const fail = (code: string): void => {
        reject(new NaruError(code, `connect ${place}: ${code}`, { retriable: true }))
      }
      const timer = this.scheduler.after(connectMsMax, 'net connect-timeout', () => fail('ETIMEDOUT'))
      signal?.addEventListener('abort', () => {
        timer.cancel()
        reject(signal.reason as Error)
      })
      this.scheduler.after(this.latencyMs(), 'net connect', () => {
        if (this.draws('lostConnect')) return
        timer.cancel()
        const listening = this.#listening.get(place)
        if (listening === undefined) return fail('ECONNREFUSED')
        if (process.alive && signal?.aborted !== true) resolve(this.#pair(process, address, listening))
      })
    })
  }

  #pair(process: VirtualProcess, address: Address, { process: peer, onConnection }: Listening): Connection {
    const port = this.#nextPort++
    const local = { host: '10.0.0.2', port }
    const client = new VirtualSocket(this, process, { local, remote: address, halfOpen: false })
    const server = new VirtualSocket(this, peer, { local: address, remote: local, halfOpen: true })
    client.join(server)
    server.join(client)
    this.scheduler.after(this.latencyMs(), `net accept ${port}`, () => {
      if (peer.alive) onConnection(server)
    })
    return client
  }
}

const faultNames: Readonly<Record<Exclude<keyof NetworkFaults, 'delayMsMax'>, string>> = {
  cut: 'network-cut',
  halfOpen: 'network-half-open',
  delay: 'network-delay',
  shortChunk: 'network-short-chunk',
  lostConnect: 'network-lost-connect'
}
