/**
 * A socket that reads to where its owner wants the bytes. Node can do so (`onread`), but only for sockets that a program
 * makes itself, so that an accepted connection is put into a socket of our own. What Node gives otherwise is fresh memory
 * of 64 KiB for each read, which has to be joined by another copy and makes garbage at twice the rate of the traffic.
 *
 * The handle of a socket is no public name. Where it is not as expected, the accepted socket is used as it is.
 */
import type { Socket as NodeSocket } from 'node:net'
import type { ConnectionHandler } from '../network.ts'

const { Socket } = process.getBuiltinModule('node:net')

/** What arrives while nobody has named a place is read here and copied out before the next read, whoever reads it. */
const SCRATCH_BYTES = 16 * 1024
const scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES)

/** Documented for sockets that are made with it; the types know only the form with one fixed buffer. */
interface ReadingOptions {
  readonly handle: object
  readonly allowHalfOpen: boolean
  readonly onread: {
    readonly buffer: () => Uint8Array
    readonly callback: (count: number, place: Uint8Array) => boolean
  }
}

export class PlacingSocket {
  readonly socket: NodeSocket
  #handler: ConnectionHandler | undefined

  constructor(handle: object) {
    const options: ReadingOptions = {
      handle,
      allowHalfOpen: true,
      onread: { buffer: () => this.#nextPlace(), callback: (count, place) => this.#onRead(count, place) }
    }
    this.socket = new Socket(options as object)
    this.socket.pause()
  }

  start(handler: ConnectionHandler): void {
    this.#handler = handler
    this.socket.resume()
  }

  #nextPlace(): Uint8Array {
    return this.#handler?.nextPlace?.() ?? scratch
  }

  #onRead(count: number, place: Uint8Array): boolean {
    if (place === scratch) this.#handler?.onData(Buffer.from(scratch.subarray(0, count)))
    else this.#handler?.onPlaced?.(count)
    return true
  }
}

/** Takes over the connection; undefined when that cannot be done, and then nothing has changed. */
export function placing(accepted: NodeSocket): PlacingSocket | undefined {
  const holder = accepted as { _handle?: { useUserBuffer?: unknown } | null }
  const handle = holder._handle
  if (typeof handle?.useUserBuffer !== 'function') return undefined
  holder._handle = null
  accepted.destroy()
  return new PlacingSocket(handle)
}
