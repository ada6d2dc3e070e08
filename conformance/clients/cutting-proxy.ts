// A TCP proxy that cuts a client's connection at the worst moment: the broker has a produce request and has
// answered it, and the answer is lost. The client must send again, and the broker must not write again.

import { connect, createServer, type Server, type Socket } from 'node:net'
import { Frames, requestHeader } from '../transactions/frames.ts'

export interface CutTarget {
  readonly host: string
  readonly port: number
}

const produceKey = 0
/** Requests that pass between two cuts, so that the producer makes progress. */
const requestsBetweenCuts = 3

export class CuttingProxy implements AsyncDisposable {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #cuts = new Map<string, number>()
  readonly #requests = new Map<string, number>()
  readonly #cutsPerClient: number
  #target: CutTarget | undefined

  constructor(cutsPerClient: number) {
    this.#cutsPerClient = cutsPerClient
    this.#server = createServer((client) => this.#serve(client))
  }

  /** Listens on a free loopback port and returns it; the broker is named later by `forwardTo`. */
  async listen(): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>()
    this.#server.on('error', reject)
    this.#server.listen(0, '127.0.0.1', () => {
      const address = this.#server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
    return promise
  }

  forwardTo(target: CutTarget): void {
    this.#target = target
  }

  /** Connections of this client that were cut so far. */
  cuts(clientId: string): number {
    return this.#cuts.get(clientId) ?? 0
  }

  /** True when the answer to this request is the one to lose. */
  #isDue(clientId: string): boolean {
    const requests = (this.#requests.get(clientId) ?? 0) + 1
    this.#requests.set(clientId, requests)
    return this.cuts(clientId) < this.#cutsPerClient && requests % requestsBetweenCuts === 0
  }

  #serve(client: Socket): void {
    if (this.#target === undefined) {
      client.destroy()
      return
    }
    const broker = connect(this.#target)
    const doomed = new Map<number, string>()
    const close = (): void => {
      for (const socket of [client, broker]) {
        socket.destroy()
        this.#sockets.delete(socket)
      }
    }
    const requests = new Frames()
    const answers = new Frames()
    for (const socket of [client, broker]) {
      this.#sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', close)
      socket.on('close', close)
    }
    client.on('data', (chunk: Buffer) => {
      for (const frame of requests.push(chunk)) {
        const { key, correlationId, clientId } = requestHeader(frame)
        if (key === produceKey && this.#isDue(clientId)) doomed.set(correlationId, clientId)
        broker.write(frame)
      }
    })
    broker.on('data', (chunk: Buffer) => {
      for (const frame of answers.push(chunk)) {
        const clientId = doomed.get(frame.readInt32BE(4))
        if (clientId !== undefined) {
          this.#cuts.set(clientId, this.cuts(clientId) + 1)
          close()
          return
        }
        client.write(frame)
      }
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#server.close(() => resolve())
    await promise
  }
}
