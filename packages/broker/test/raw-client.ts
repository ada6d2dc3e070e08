/** A connection that speaks in request and response objects, for tests that look at one exchange. */
import { Reader, Writer, type Connection } from '@naru/base'
import { nodeNetwork } from '@naru/base/node'
import {
  readResponseHeader,
  requestHeaderVersion,
  responseHeaderVersion,
  writeRequestHeader,
  type ApiMessage
} from '@naru/protocol'

/** A request with its header, behind its length. */
export function requestFrame<Request, Response>(
  message: ApiMessage<Request, Response>,
  request: Request,
  version: number,
  correlationId = 0
): Uint8Array {
  const writer = new Writer()
  const length = writer.reserveInt32()
  const header = {
    requestApiKey: message.key,
    requestApiVersion: version,
    correlationId,
    clientId: 'raw-client'
  }
  writeRequestHeader(writer, header, requestHeaderVersion(message.key, version))
  message.writeRequest(writer, request, version)
  writer.patchInt32(length, writer.byteLength - 4)
  return writer.toBytes()
}

export class RawClient implements AsyncDisposable {
  readonly #connection: Connection
  readonly #waiting: { resolve: (frame: Uint8Array) => void; reject: (error: Error) => void }[] = []
  #buffered = Buffer.alloc(0)
  #correlationId = 0
  #closed = false

  constructor(connection: Connection) {
    this.#connection = connection
    connection.start({
      onData: (chunk) => this.#onData(chunk),
      onDrain: () => undefined,
      onEnd: () => undefined,
      onClose: () => this.#onClose()
    })
  }

  static async connect(address: { host: string; port: number }): Promise<RawClient> {
    return new RawClient(await nodeNetwork.connect(address))
  }

  /** True when the broker has closed the connection. */
  get closed(): boolean {
    return this.#closed
  }

  /** Rejects when the connection is closed before the answer. */
  async send<Request, Response>(
    message: ApiMessage<Request, Response>,
    request: Request,
    version: number = message.maxVersion
  ): Promise<Response> {
    const frame = requestFrame(message, request, version, ++this.#correlationId)
    const answer = this.nextFrame()
    this.sendBytes(frame)
    const reader = new Reader(await answer)
    readResponseHeader(reader, responseHeaderVersion(message.key, version))
    const response = message.readResponse(reader, version)
    reader.expectEnd()
    return response
  }

  /** Sends bytes behind their length, and resolves to the next frame that arrives. */
  sendFrame(frame: Uint8Array): Promise<Uint8Array> {
    const length = Buffer.alloc(4)
    length.writeInt32BE(frame.byteLength)
    const answer = this.nextFrame()
    this.sendBytes(Buffer.concat([length, frame]))
    return answer
  }

  /** Resolves to the next frame that arrives and that nobody has asked for before. */
  nextFrame(): Promise<Uint8Array> {
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  /** Sends bytes as they are. */
  sendBytes(bytes: Uint8Array): void {
    if (!this.#closed) this.#connection.write([bytes])
  }

  /** Resolves when the broker has closed the connection. */
  whenClosed(): Promise<void> {
    if (this.#closed) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push({ resolve: () => undefined, reject: () => resolve() }))
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#connection.destroy()
    return Promise.resolve()
  }

  #onData(chunk: Uint8Array): void {
    this.#buffered = Buffer.concat([this.#buffered, chunk])
    while (this.#buffered.byteLength >= 4) {
      const end = 4 + this.#buffered.readInt32BE(0)
      if (this.#buffered.byteLength < end) return
      const frame = this.#buffered.subarray(4, end)
      this.#buffered = this.#buffered.subarray(end)
      this.#waiting.shift()?.resolve(frame)
    }
  }

  #onClose(): void {
    this.#closed = true
    for (const { reject } of this.#waiting.splice(0)) reject(new Error('the broker closed the connection'))
  }
}
