// Asks a broker the first question of every Kafka client, with a few bytes written by hand: scripts that judge
// a broker do not use its own client.
import { connect } from 'node:net'

const answerMsMax = 1_000
const apiVersionsKey = 18

/** Length, correlation id, error code, and the count of the array that follows. */
const answerBytesMin = 14

/** The number of API keys that the broker lists, or undefined when nobody answers. */
export function askApiVersions(host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    let received = Buffer.alloc(0)
    const end = (count: number | undefined): void => {
      socket.destroy()
      resolve(count)
    }
    socket.setTimeout(answerMsMax, () => end(undefined))
    socket.once('error', () => end(undefined))
    socket.once('close', () => end(undefined))
    socket.once('connect', () => socket.write(apiVersionsRequest()))
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      if (received.length < answerBytesMin || received.length < 4 + received.readInt32BE(0)) return
      const isAnswer = received.readInt32BE(4) === 1 && received.readInt16BE(8) === 0
      end(isAnswer ? received.readInt32BE(10) : undefined)
    })
  })
}

/** ApiVersions version 0, with a request header of version 1, correlation id 1 and no client id. */
function apiVersionsRequest(): Buffer {
  const frame = Buffer.alloc(14)
  frame.writeInt32BE(10, 0)
  frame.writeInt16BE(apiVersionsKey, 4)
  frame.writeInt16BE(0, 6)
  frame.writeInt32BE(1, 8)
  frame.writeInt16BE(-1, 12)
  return frame
}
