// One connection that sends a request and waits for its answer, its end, or too long a silence.

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Reader, Writer } from '@naru/base'
import {
  readResponseHeader,
  requestHeaderVersion,
  responseHeaderVersion,
  writeRequestHeader,
  type ApiMessage
} from '@naru/protocol'

export type Answer<Response> =
  | { readonly kind: 'answered'; readonly response: Response; readonly ms: number }
  | { readonly kind: 'closed' }
  | { readonly kind: 'silent' }

export interface SendOptions {
  readonly version: number
  readonly waitMs?: number
  /** Changes the bytes that are sent. */
  readonly alter?: (frame: Buffer) => Buffer
}

/** What is asked behind a request that has no answer. */
export interface Unanswered<Probe> {
  readonly message: ApiMessage<Probe, unknown>
  readonly request: Probe
  readonly version: number
}

const silenceMs = 12_000

export class Wire {
  readonly #host: string
  readonly #port: number
  readonly #clientId: string
  #socket: Socket | undefined
  #received = Buffer.alloc(0)
  #wake: () => void = () => undefined
  #correlationId = 0

  constructor(options: { host: string; port: number; clientId: string }) {
    this.#host = options.host
    this.#port = options.port
    this.#clientId = options.clientId
  }

  /** Connects again after the broker has closed; `answers: false` only listens for a short time. */
  async send<Request, Response>(
    message: ApiMessage<Request, Response>,
    request: Request,
    { version, waitMs = silenceMs, alter }: SendOptions
  ): Promise<Answer<Response>> {
    const frame = this.#frame(message, request, version)
    const socket = await this.#open()
    const started = performance.now()
    socket.write(alter === undefined ? frame : alter(frame))
    const answer = await this.#nextFrame(socket, waitMs)
    if (!(answer instanceof Uint8Array)) {
      this.close()
      return { kind: answer }
    }
    const reader = new Reader(answer)
    readResponseHeader(reader, responseHeaderVersion(message.key, version))
    const response = message.readResponse(reader, version)
    reader.expectEnd()
    return { kind: 'answered', response, ms: performance.now() - started }
  }

  /** Sends a request that has no answer, and one behind it that has: the connection is still there, or was closed. */
  async sendUnanswered<Request, Response, Probe>(
    message: ApiMessage<Request, Response>,
    request: Request,
    { version, probe }: { readonly version: number; readonly probe: Unanswered<Probe> }
  ): Promise<'nothing' | 'closed' | 'silent' | 'answered'> {
    const frame = this.#frame(message, request, version)
    const behind = this.#frame(probe.message, probe.request, probe.version)
    const socket = await this.#open()
    socket.write(Buffer.concat([frame, behind]))
    const answer = await this.#nextFrame(socket, silenceMs)
    if (answer instanceof Uint8Array) {
      if (new Reader(answer).int32() === this.#correlationId) return 'nothing'
      this.close()
      return 'answered'
    }
    this.close()
    return answer
  }

  close(): void {
    this.#socket?.destroy()
    this.#socket = undefined
  }

  #frame<Request>(message: ApiMessage<Request, unknown>, request: Request, version: number): Buffer {
    const writer = new Writer()
    const header = {
      requestApiKey: message.key,
      requestApiVersion: version,
      correlationId: ++this.#correlationId,
      clientId: this.#clientId
    }
    writeRequestHeader(writer, header, requestHeaderVersion(message.key, version))
    message.writeRequest(writer, request, version)
    const length = Buffer.alloc(4)
    length.writeInt32BE(writer.byteLength)
    return Buffer.concat([length, writer.toBytes()])
  }

  async #open(): Promise<Socket> {
    if (this.#socket !== undefined && !this.#socket.destroyed) return this.#socket
    const socket = connect({ host: this.#host, port: this.#port, noDelay: true })
    await once(socket, 'connect')
    this.#received = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk])
      this.#wake()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => this.#wake())
    this.#socket = socket
    return socket
  }

  async #nextFrame(socket: Socket, waitMs: number): Promise<Uint8Array | 'closed' | 'silent'> {
    const deadline = Date.now() + waitMs
    for (;;) {
      if (this.#received.length >= 4) {
        const end = 4 + this.#received.readInt32BE(0)
        if (this.#received.length >= end) {
          const frame = this.#received.subarray(4, end)
          this.#received = this.#received.subarray(end)
          return frame
        }
      }
      if (socket.destroyed) return 'closed'
      const remaining = deadline - Date.now()
      if (remaining <= 0) return 'silent'
      await this.#woken(remaining)
    }
  }

  #woken(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, waitMs)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
