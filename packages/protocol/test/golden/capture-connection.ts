// One connection to a real broker for the capture: a request goes out built by our codec, the answer comes
// back as the broker's own bytes, and both are kept as golden files.

import { mkdir, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Reader, Writer } from '@naru/base'
import {
  readResponseHeader,
  requestHeaderVersion,
  responseHeaderVersion,
  writeRequestHeader,
  type ApiKeyEntry,
  type ApiMessage
} from '@naru/protocol'

const clientId = 'golden'
const columns = 120

/** Bytes as the golden files hold them: hex in lines, below a comment that says what they are. */
export function toHexFile(comment: string, bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex')
  const lines = hex.match(new RegExp(`.{1,${columns}}`, 'g')) ?? []
  return `# ${comment}\n${lines.join('\n')}\n`
}

const settleAttemptsMax = 100
const settlePauseMs = 100

/** Asks until the answer carries no error code: what was just created takes Kafka a moment to know. */
export async function settled(ask: () => Promise<number>): Promise<void> {
  for (let attempts = 0; attempts < settleAttemptsMax; attempts++) {
    if ((await ask()) === 0) return
    await sleep(settlePauseMs)
  }
  throw new Error('the broker did not settle')
}

export class CaptureConnection {
  readonly #socket: Socket
  readonly #folder: string
  readonly #waiting = new Map<number, (frame: Buffer) => void>()
  #received: Buffer = Buffer.alloc(0)
  #correlationId = 0
  /** How many pairs are written. */
  kept = 0

  private constructor(socket: Socket, folder: string) {
    this.#socket = socket
    this.#folder = folder
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
  }

  static async open(bootstrap: string, folder: string): Promise<CaptureConnection> {
    const [host = '127.0.0.1', port = '9092'] = bootstrap.split(':')
    const { promise, resolve, reject } = Promise.withResolvers<Socket>()
    const socket = connect({ host, port: Number(port) })
    socket.once('connect', () => resolve(socket))
    socket.once('error', reject)
    return new CaptureConnection(await promise, folder)
  }

  #take(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk])
    while (this.#received.length >= 4) {
      const end = 4 + this.#received.readInt32BE(0)
      if (this.#received.length < end) return
      const frame = this.#received.subarray(4, end)
      this.#received = this.#received.subarray(end)
      this.#waiting.get(frame.readInt32BE(0))?.(frame)
    }
  }

  /** Sends one request and decodes the answer; both frames become golden files when `keep` is set. */
  async send<Request, Response>(
    api: ApiMessage<Request, Response>,
    version: number,
    request: Request,
    keep = true
  ): Promise<Response> {
    const correlationId = ++this.#correlationId
    const writer = new Writer()
    const header = { requestApiKey: api.key, requestApiVersion: version, correlationId, clientId }
    writeRequestHeader(writer, header, requestHeaderVersion(api.key, version))
    api.writeRequest(writer, request, version)
    const sent = Buffer.from(writer.toBytes())
    const frame = await this.#exchange(correlationId, sent)
    if (keep) await this.#keep(api, version, sent, frame)
    const reader = new Reader(frame)
    readResponseHeader(reader, responseHeaderVersion(api.key, version))
    return api.readResponse(reader, version)
  }

  async #exchange(correlationId: number, request: Buffer): Promise<Buffer> {
    const { promise, resolve } = Promise.withResolvers<Buffer>()
    this.#waiting.set(correlationId, resolve)
    const length = Buffer.alloc(4)
    length.writeInt32BE(request.length)
    this.#socket.write(Buffer.concat([length, request]))
    const frame = Buffer.from(await promise)
    this.#waiting.delete(correlationId)
    return frame
  }

  async #keep(api: ApiKeyEntry, version: number, request: Buffer, response: Buffer): Promise<void> {
    const dashed = api.name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()
    const folder = join(this.#folder, `${String(api.key).padStart(2, '0')}-${dashed}`)
    this.kept++
    await mkdir(folder, { recursive: true })
    const file = (kind: string): string => join(folder, `v${version}.${kind}.hex`)
    const name = `${api.name} v${version}`
    await writeFile(file('request'), toHexFile(`${name} request`, request))
    await writeFile(file('response'), toHexFile(`${name} response of Apache Kafka 4.2.0`, response))
  }

  close(): void {
    this.#socket.destroy()
  }
}
