/** A connection of a simulated client: one request and one answer at a time, or many, over the virtual network. */
import { Reader, Writer, type Connection, type Network, type Timers } from '@naru/base'
import {
  readResponseHeader,
  requestHeaderVersion,
  responseHeaderVersion,
  writeRequestHeader,
  type ApiMessage
} from '@naru/protocol'

const requestMsMax = 4_000
const connectMsMax = 2_000

/** Nobody knows whether what was asked has happened. */
export class ConnectionLost extends Error {}

interface Waiting {
  readonly correlationId: number
  readonly resolve: (frame: Uint8Array) => void
  readonly reject: (error: Error) => void
}

/** What a client needs of its process. */
export interface ClientPlace {
  readonly name: string
  readonly network: Network
  readonly timers: Timers
}

export class WireClient {
  readonly #place: ClientPlace
  readonly #connection: Connection
  readonly #waiting: Waiting[] = []
  #buffered: Buffer = Buffer.alloc(0)
  #correlationId = 0
  #closed = false

  constructor(place: ClientPlace, connection: Connection) {
    this.#place = place
    this.#connection = connection
    connection.start({
      onData: (chunk) => this.#onData(chunk),
      onDrain: () => undefined,
      onEnd: () => this.destroy(),
      onClose: () => this.#onClose()
    })
  }

  /** Fails with `ConnectionLost`. */
  static async connect(place: ClientPlace, address: { host: string; port: number }): Promise<WireClient> {
    const late = new AbortController()
    const timer = place.timers.after(connectMsMax, () => late.abort(new ConnectionLost('not connected')))
    try {
      return new WireClient(place, await place.network.connect(address, late.signal))
    } catch {
      throw new ConnectionLost('not connected')
    } finally {
      timer.cancel()
    }
  }

  get closed(): boolean {
    return this.#closed
  }

  /** Fails with `ConnectionLost` when no answer comes; the connection is of no use then. */
  async send<Request, Response>(
    message: ApiMessage<Request, Response>,
    request: Request,
    version: number
  ): Promise<Response> {
    if (this.#closed) throw new ConnectionLost('the connection is closed')
    const correlationId = this.#write(message, request, version)
    const timer = this.#place.timers.after(requestMsMax, () => this.destroy())
    try {
      const frame = await new Promise<Uint8Array>((resolve, reject) => {
        this.#waiting.push({ correlationId, resolve, reject })
      })
      const reader = new Reader(frame)
      readResponseHeader(reader, responseHeaderVersion(message.key, version))
      const response = message.readResponse(reader, version)
      reader.expectEnd()
      return response
    } finally {
      timer.cancel()
    }
  }

  /** For requests that are never answered, as Produce with acks=0. */
  sendOnly<Request>(message: ApiMessage<Request>, request: Request, version: number): void {
    if (!this.#closed) this.#write(message, request, version)
  }

  /** Takes no more bytes until `resume`, so that answers pile up on the way. */
  pause(): void {
    this.#connection.pause()
  }

  resume(): void {
    this.#connection.resume()
  }

  destroy(): void {
    if (this.#closed) return
    this.#connection.destroy()
    this.#onClose()
  }

  #write<Request, Response>(
    message: ApiMessage<Request, Response>,
    request: Request,
    version: number
  ): number {
    const correlationId = ++this.#correlationId
    const writer = new Writer()
    const length = writer.reserveInt32()
    const clientId = this.#place.name
    const header = { requestApiKey: message.key, requestApiVersion: version, correlationId, clientId }
    writeRequestHeader(writer, header, requestHeaderVersion(message.key, version))
    message.writeRequest(writer, request, version)
    writer.patchInt32(length, writer.byteLength - 4)
    this.#connection.write(writer.finish())
    return correlationId
  }

  #onData(chunk: Uint8Array): void {
    this.#buffered = this.#buffered.byteLength === 0 ? Buffer.from(chunk) : joined(this.#buffered, chunk)
    while (this.#buffered.byteLength >= 4) {
      const end = 4 + this.#buffered.readInt32BE(0)
      if (this.#buffered.byteLength < end) return
      const frame = this.#buffered.subarray(4, end)
      this.#buffered = this.#buffered.subarray(end)
      this.#answered(frame)
    }
  }

  #answered(frame: Buffer): void {
    const waiting = this.#waiting.shift()
    if (waiting === undefined) throw new Error('an answer that nobody asked for')
    const correlationId = frame.readInt32BE(0)
    if (correlationId !== waiting.correlationId) throw new Error('answers are out of order')
    waiting.resolve(frame)
  }

  #onClose(): void {
    this.#closed = true
    for (const { reject } of this.#waiting.splice(0)) reject(new ConnectionLost('the connection was lost'))
  }
}

function joined(left: Uint8Array, right: Uint8Array): Buffer {
  return Buffer.concat([left, right])
}
