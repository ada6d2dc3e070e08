/**
 * The ack-only sink: speaks enough of the protocol for the load client, checks nothing, keeps nothing. What it reaches
 * is the limit for any broker that is one Node process on this machine, with this client.
 *
 *     node bench/sink/sink.ts PORT
 */
import { createServer, type Socket } from 'node:net'
import { Reader, Writer } from '@naru/base'
import {
  ApiKey,
  ErrorCode,
  readRequestHeader,
  requestHeaderVersion,
  responseHeaderVersion
} from '@naru/protocol'
import { defaultApiVersionsResponse } from '@naru/protocol/messages/18-api-versions'
import { SinkState } from './answers.ts'
import { FrameCutter } from './frames.ts'

/** A Fetch answer below this size holds no records worth the name: it waits, so that readers do not turn in circles. */
const emptyFetchBytes = 300
const emptyFetchMs = 10

const port = Number(process.argv[2])
const state = new SinkState(port)

createServer({ noDelay: true }, (socket) => {
  const frames = new FrameCutter()
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk: Buffer) => {
    frames.push(chunk)
    socket.cork()
    for (let frame = frames.next(); frame !== undefined; frame = frames.next()) answer(socket, frame)
    socket.uncork()
  })
}).listen({ host: '127.0.0.1', port, backlog: 1024 })

process.on('SIGTERM', () => process.exit(0))

function answer(socket: Socket, frame: Buffer): void {
  const key = frame.readInt16BE(0)
  const asked = frame.readInt16BE(2)
  const api = state.apis.get(key)
  if (api === undefined) {
    socket.destroy()
    return
  }
  // Clients ask for the versions in the newest version that they know, and take an answer in the oldest.
  const isKnown = asked >= api.minVersion && asked <= api.maxVersion
  const version = isKnown ? asked : 0
  const reader = new Reader(frame)
  const { correlationId } = readRequestHeader(reader, isKnown ? requestHeaderVersion(key, asked) : 1)
  const response = isKnown
    ? api.answer(api.message.readRequest(reader, version))
    : { ...defaultApiVersionsResponse(), errorCode: ErrorCode.UNSUPPORTED_VERSION, apiKeys: state.apiKeys }
  const writer = new Writer()
  const length = writer.reserveInt32()
  writer.int32(correlationId)
  if (responseHeaderVersion(key, version) === 1) writer.unsignedVarint(0)
  api.message.writeResponse(writer, response, version)
  writer.patchInt32(length, writer.byteLength - 4)
  const send = (): void => {
    for (const chunk of writer.finish()) socket.write(chunk)
  }
  if (key === ApiKey.Fetch && writer.byteLength < emptyFetchBytes) setTimeout(send, emptyFetchMs)
  else send()
}
