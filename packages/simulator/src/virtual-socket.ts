/**
 * One end of a connection of the virtual network. Bytes leave some time after they were written, and are copied
 * only then: whoever reuses a buffer too early is found out.
 */
import { assert, NaruError, type Address, type Connection, type ConnectionHandler } from '@naru/base'
import type { VirtualNetwork } from './virtual-network.ts'
import type { VirtualProcess } from './virtual-process.ts'

/** What one direction holds between the two ends: in flight, and arrived but not taken. */
const windowBytes = 64 * 1024
/** Written bytes from which on a writer is asked to wait. */
const highWaterBytes = 16 * 1024
const chunkBytesMax = 64 * 1024
const shortChunkBytesMax = 40

export interface SocketPlaces {
  readonly local: Address
  readonly remote: Address
  /** Whether this end may go on sending after the other has ended. */
  readonly halfOpen: boolean
}

export class VirtualSocket implements Connection {
  readonly localAddress: string
  readonly localPort: number
  readonly remoteAddress: string
  readonly remotePort: number
  unsentBytes = 0

  readonly #network: VirtualNetwork
  readonly #process: VirtualProcess
  readonly #halfOpen: boolean
  #peer: VirtualSocket | undefined
  #handler: ConnectionHandler | undefined
  /** Written and not yet left. */
  readonly #outgoing: Uint8Array[] = []
  /** Bytes ever written. */
  #writtenBytes = 0
  /** Who wants to know when so many of them have left. */
  readonly #leaving: Array<{ readonly endBytes: number; readonly onLeft: () => void }> = []
  /** Arrived and not yet taken. */
  readonly #arrived: Uint8Array[] = []
  #arrivedBytes = 0
  #inFlightBytes = 0
  #lastArrivalMs = 0
  #departs = false
  #delivers = false
  #paused = false
  #wantsDrain = false
  #ending: 'no' | 'asked' | 'sent' = 'no'
  #peerEnded: 'no' | 'arrived' | 'told' = 'no'
  /** What is sent vanishes. */
  #silent = false
  #closed = false
  readonly #forget: () => void

  constructor(network: VirtualNetwork, process: VirtualProcess, places: SocketPlaces) {
    this.#network = network
    this.#process = process
    this.#halfOpen = places.halfOpen
    this.localAddress = places.local.host
    this.localPort = places.local.port
    this.remoteAddress = places.remote.host
    this.remotePort = places.remote.port
    this.#forget = process.onEnd(() => this.#processEnded())
  }

  join(peer: VirtualSocket): void {
    this.#peer = peer
  }

  start(handler: ConnectionHandler): void {
    assert(this.#handler === undefined, 'a connection is started once')
    this.#handler = handler
    this.#deliverSoon()
  }

  write(chunks: readonly Uint8Array[], onLeft?: () => void): boolean {
    if (this.#closed || this.#ending !== 'no' || !this.#process.alive) return true
    for (const chunk of chunks) {
      if (chunk.byteLength === 0) continue
      this.#outgoing.push(chunk)
      this.unsentBytes += chunk.byteLength
      this.#writtenBytes += chunk.byteLength
    }
    if (onLeft !== undefined) this.#leaving.push({ endBytes: this.#writtenBytes, onLeft })
    this.#departSoon()
    this.#wantsDrain = this.unsentBytes >= highWaterBytes
    return !this.#wantsDrain
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#deliverSoon()
  }

  end(): void {
    if (this.#ending !== 'no' || this.#closed) return
    this.#ending = 'asked'
    this.#departSoon()
  }

  destroy(): void {
    if (this.#closed) return
    this.#close(undefined)
    this.#tellPeer()
  }

  #processEnded(): void {
    if (this.#closed) return
    this.#closed = true
    this.#outgoing.length = 0
    this.#tellPeer()
  }

  /** The other end learns of it after a while, unless packets get lost. */
  #tellPeer(): void {
    const peer = this.#peer
    if (peer === undefined || this.#silent) return
    const atMs = Math.max(this.#lastArrivalMs, this.#now() + this.#network.latencyMs())
    this.#event(atMs, 'reset', () => peer.#close(reset()))
  }

  #close(error: Error | undefined): void {
    if (this.#closed) return
    this.#closed = true
    this.#forget()
    this.#outgoing.length = 0
    this.unsentBytes = 0
    this.#event(this.#now(), 'close', () => {
      if (this.#process.alive) this.#handler?.onClose(error)
    })
  }

  #departSoon(): void {
    if (this.#departs || this.#closed) return
    this.#departs = true
    this.#event(this.#now() + this.#network.scheduler.random.fraction() * 0.02, 'depart', () => {
      this.#departs = false
      this.#depart()
    })
  }

  #depart(): void {
    const peer = this.#peer
    if (this.#closed || peer === undefined || !this.#process.alive) return
    if (this.#outgoing.length === 0) return this.#finish(peer)
    if (this.#network.draws('cut')) return this.#cut(peer)
    if (this.#network.draws('halfOpen')) {
      this.#silent = true
      peer.#silent = true
    }
    const room = this.#silent ? chunkBytesMax : windowBytes - this.#inFlightBytes - peer.#arrivedBytes
    if (room <= 0) return this.#network.count('network-back-pressure')
    const chunk = this.#take(Math.min(room, this.#chunkBytes()))
    this.unsentBytes -= chunk.byteLength
    this.#tellLeft()
    if (!this.#silent) this.#send(peer, chunk)
    if (this.#wantsDrain && this.unsentBytes === 0) {
      this.#wantsDrain = false
      this.#handler?.onDrain()
    }
    if (this.#outgoing.length > 0 || this.#ending === 'asked') this.#departSoon()
  }

  #tellLeft(): void {
    const leftBytes = this.#writtenBytes - this.unsentBytes
    while ((this.#leaving[0]?.endBytes ?? Number.POSITIVE_INFINITY) <= leftBytes)
      this.#leaving.shift()?.onLeft()
  }

  #chunkBytes(): number {
    const { random } = this.#network.scheduler
    return this.#network.draws('shortChunk') ? 1 + random.below(shortChunkBytesMax) : chunkBytesMax
  }

  /** A copy of the next bytes to leave. */
  #take(bytesMax: number): Uint8Array {
    const taken: Uint8Array[] = []
    let rest = bytesMax
    while (rest > 0) {
      const chunk = this.#outgoing[0]
      if (chunk === undefined) break
      if (chunk.byteLength > rest) {
        taken.push(chunk.subarray(0, rest))
        this.#outgoing[0] = chunk.subarray(rest)
        break
      }
      taken.push(chunk)
      rest -= chunk.byteLength
      this.#outgoing.shift()
    }
    return Buffer.concat(taken)
  }

  #send(peer: VirtualSocket, chunk: Uint8Array): void {
    this.#inFlightBytes += chunk.byteLength
    this.#lastArrivalMs = Math.max(this.#lastArrivalMs, this.#now() + this.#network.latencyMs())
    this.#event(this.#lastArrivalMs, `data ${chunk.byteLength}`, () => {
      this.#inFlightBytes -= chunk.byteLength
      // Whoever gave the connection up may have sent the same again over another one, which may be there already.
      if (this.#closed && !peer.#closed) this.#network.count('network-late-delivery')
      peer.#receive(chunk)
    })
  }

  #finish(peer: VirtualSocket): void {
    if (this.#ending !== 'asked') return
    this.#ending = 'sent'
    if (this.#silent) return
    this.#lastArrivalMs = Math.max(this.#lastArrivalMs, this.#now() + this.#network.latencyMs())
    this.#event(this.#lastArrivalMs, 'end', () => {
      peer.#peerEnded = 'arrived'
      peer.#deliver()
    })
    this.#closeWhenBothEnded()
  }

  #cut(peer: VirtualSocket): void {
    this.#close(reset())
    this.#event(this.#now() + this.#network.latencyMs(), 'cut', () => peer.#close(reset()))
  }

  #receive(chunk: Uint8Array): void {
    if (this.#closed || !this.#process.alive) return
    this.#arrived.push(chunk)
    this.#arrivedBytes += chunk.byteLength
    this.#deliver()
  }

  #deliverSoon(): void {
    if (this.#delivers || this.#closed) return
    this.#delivers = true
    this.#event(this.#now(), 'deliver', () => {
      this.#delivers = false
      this.#deliver()
    })
  }

  /** Hands one piece over; the next one comes in an event of its own, as reads of a socket do. */
  #deliver(): void {
    if (this.#closed || this.#paused || this.#handler === undefined || !this.#process.alive) return
    const chunk = this.#arrived.shift()
    if (chunk === undefined) return this.#tellEnd()
    this.#hand(this.#handler, chunk)
    this.#makeRoom()
    if (this.#arrived.length > 0 || this.#peerEnded === 'arrived') this.#deliverSoon()
  }

  /** To the place that the handler names, as far as it goes; what is left comes with the next delivery. */
  #hand(handler: ConnectionHandler, chunk: Uint8Array): void {
    const place = handler.nextPlace?.()
    const count = Math.min(chunk.byteLength, place?.byteLength ?? chunk.byteLength)
    this.#arrivedBytes -= count
    if (place === undefined) return handler.onData(chunk)
    place.set(chunk.subarray(0, count))
    if (count < chunk.byteLength) this.#arrived.unshift(chunk.subarray(count))
    handler.onPlaced?.(count)
  }

  /** The other end may go on when it waited for the window. */
  #makeRoom(): void {
    const peer = this.#peer
    if (peer !== undefined && peer.unsentBytes > 0) peer.#departSoon()
  }

  #tellEnd(): void {
    if (this.#peerEnded !== 'arrived') return
    this.#peerEnded = 'told'
    this.#handler?.onEnd()
    if (!this.#halfOpen) this.end()
    this.#closeWhenBothEnded()
  }

  #closeWhenBothEnded(): void {
    if (this.#ending === 'sent' && this.#peerEnded === 'told') this.#close(undefined)
  }

  #now(): number {
    return this.#network.scheduler.nowMs
  }

  #event(atMs: number, what: string, run: () => void): void {
    const label = `net ${this.#process.name} ${this.localPort}>${this.remotePort} ${what}`
    this.#network.scheduler.at(atMs, label, run)
  }
}

function reset(): NaruError {
  return new NaruError('ECONNRESET', 'the connection was reset', { retriable: true })
}
