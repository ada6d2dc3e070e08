/** TCP sockets. */
import type { Socket } from 'node:net'
import { NaruError, errorCode } from '../errors.ts'
import type { Address, Connection, ConnectionHandler, Listener, Network } from '../network.ts'
import { placing, type PlacingSocket } from './placing-socket.ts'

const { createServer, connect: connectSocket } = process.getBuiltinModule('node:net')

class NodeConnection implements Connection {
  readonly localAddress: string
  readonly localPort: number
  readonly remoteAddress: string
  readonly remotePort: number
  readonly #socket: Socket
  readonly #placing: PlacingSocket | undefined
  #gathers = false

  constructor(socket: Socket, placingSocket?: PlacingSocket) {
    this.#socket = socket
    this.#placing = placingSocket
    this.localAddress = socket.localAddress ?? ''
    this.localPort = socket.localPort ?? 0
    this.remoteAddress = socket.remoteAddress ?? ''
    this.remotePort = socket.remotePort ?? 0
    socket.setNoDelay(true)
    // An error always arrives as 'close' too; without a listener it would end the process.
    socket.on('error', () => undefined)
  }

  get unsentBytes(): number {
    return this.#socket.writableLength
  }

  start(handler: ConnectionHandler): void {
    let failure: Error | undefined
    this.#socket.on('error', (error) => (failure = error))
    this.#placing?.start(handler)
    // Without a listener the end would not be told either.
    this.#socket.on('data', (chunk: Buffer) => handler.onData(chunk))
    this.#socket.on('drain', () => handler.onDrain())
    this.#socket.on('end', () => handler.onEnd())
    this.#socket.on('close', () => handler.onClose(failure))
  }

  write(chunks: readonly Uint8Array[], onLeft?: () => void): boolean {
    this.#gather()
    const last = chunks.length - 1
    for (let index = 0; index < last; index++) this.#socket.write(chunks[index] as Uint8Array)
    return this.#socket.write(chunks[last] as Uint8Array, onLeft && calledUnlessFailed(onLeft))
  }

  /** What is written within one turn goes out together: a call to the system costs as much as a whole small answer. */
  #gather(): void {
    if (this.#gathers) return
    this.#gathers = true
    this.#socket.cork()
    process.nextTick(this.#release)
  }

  readonly #release = (): void => {
    this.#gathers = false
    this.#socket.uncork()
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  end(): void {
    this.#socket.end()
  }

  destroy(): void {
    // What was written before goes as far as it would have gone at once.
    if (this.#gathers) this.#socket.uncork()
    this.#socket.destroy()
  }
}

/** What a socket that ended had not sent yet may still be looked at by the layers below. */
function calledUnlessFailed(onLeft: () => void): (error?: Error | null) => void {
  return (error) => {
    if (error === undefined || error === null) onLeft()
  }
}

function listen(address: Address, onConnection: (connection: Connection) => void): Promise<Listener> {
  return new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (accepted) => {
      const own = placing(accepted)
      onConnection(new NodeConnection(own?.socket ?? accepted, own))
    })
    server.once('error', (error) => reject(networkError('listen', address, error)))
    server.listen({ host: address.host, port: address.port, backlog: 1024 }, () => {
      const bound = server.address()
      const port = typeof bound === 'object' && bound !== null ? bound.port : address.port
      resolve({ host: address.host, port, close: () => new Promise((done) => server.close(() => done())) })
    })
  })
}

function connect(address: Address, signal?: AbortSignal): Promise<Connection> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason as Error)
    const socket = connectSocket({ host: address.host, port: address.port, noDelay: true })
    const onAbort = (): void => void socket.destroy(signal?.reason as Error)
    signal?.addEventListener('abort', onAbort, { once: true })
    socket.once('error', (error) => reject(networkError('connect', address, error)))
    socket.once('connect', () => {
      signal?.removeEventListener('abort', onAbort)
      resolve(new NodeConnection(socket))
    })
  })
}

function networkError(operation: string, address: Address, cause: Error): NaruError {
  const code = errorCode(cause) ?? 'ENETWORK'
  return new NaruError(code, `${operation} ${address.host}:${address.port}: ${code}`, {
    retriable: true,
    cause
  })
}

export const nodeNetwork: Network = { listen, connect }
