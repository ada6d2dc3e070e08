/** A network whose clients are played by the test: they send chunks, and take what is sent to them when they like. */
import { Writer, type Connection, type ConnectionHandler, type Network } from '@naru/base'
import { requestHeaderVersion, writeRequestHeader, type ApiMessage } from '@naru/protocol'

export class FakeSockets implements Network {
  #accept: ((connection: Connection) => void) | undefined

  async listen(_address: unknown, onConnection: (connection: Connection) => void) {
    this.#accept = onConnection
    return { host: 'fake', port: 1, close: () => Promise.resolve() }
  }

  connect(): Promise<Connection> {
    return Promise.reject(new Error('nobody connects from here'))
  }

  open(): FakeSocket {
    const socket = new FakeSocket()
    this.#accept?.(socket)
    return socket
  }
}

export class FakeSocket implements Connection {
  readonly localAddress = 'fake'
  readonly localPort = 1
  readonly remoteAddress = 'fake'
  readonly remotePort = 2
  #handler: ConnectionHandler | undefined
  #onWrite: (() => void) | undefined
  unsentBytes = 0
  paused = false
  closed = false

  start(handler: ConnectionHandler): void {
    this.#handler = handler
  }

  /** The broker receives a chunk. */
  send(chunk: Uint8Array): void {
    this.#handler?.onData(chunk)
  }

  sendRequest<Request>(message: ApiMessage<Request, unknown>, request: Request, version: number): void {
    const writer = new Writer()
    const header = {
      requestApiKey: message.key,
      requestApiVersion: version,
      correlationId: 1,
      clientId: 'fake'
    }
    writeRequestHeader(writer, header, requestHeaderVersion(message.key, version))
    message.writeRequest(writer, request, version)
    const bytes = writer.toBytes()
    this.send(lengthOf(bytes.byteLength))
    this.send(bytes)
  }

  /** Takes nothing of it. */
  write(chunks: readonly Uint8Array[]): boolean {
    for (const chunk of chunks) this.unsentBytes += chunk.byteLength
    this.#onWrite?.()
    return false
  }

  whenWritten(): Promise<void> {
    return new Promise((resolve) => (this.#onWrite = resolve))
  }

  pause(): void {
    this.paused = true
  }

  resume(): void {
    this.paused = false
  }

  end(): void {
    this.destroy()
  }

  destroy(): void {
    if (this.closed) return
    this.closed = true
    this.#handler?.onClose(undefined)
  }
}

/** The length in front of a frame. */
export function lengthOf(bytes: number): Uint8Array {
  const length = Buffer.alloc(4)
  length.writeInt32BE(bytes)
  return length
}
