/** Writers learn when what they have written left the process, and so may use its memory again. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { acceptedConnections, type Accepted } from '../../test/accepted-connections.ts'

/** More than the buffers of a socket take. */
const muchBytes = 32 * 1024 * 1024

const connected = acceptedConnections()

async function accepted(): Promise<Accepted> {
  const both = await connected()
  both.connection.start({
    onData: () => undefined,
    onDrain: () => undefined,
    onEnd: () => undefined,
    onClose: () => undefined
  })
  return both
}

test('bytes that have left may change, and nothing of it is seen by the peer', async () => {
  const { peer, connection } = await accepted()
  const sent = Buffer.alloc(muchBytes, 'a')
  connection.write([Buffer.from('head'), sent], () => sent.fill('b'))
  connection.end()
  let seen = 0
  for await (const chunk of peer as AsyncIterable<Buffer>) {
    assert.equal(chunk.includes('b'), false)
    seen += chunk.byteLength
  }
  assert.equal(seen, muchBytes + 4)
  assert.equal(sent[0], 'b'.charCodeAt(0))
})

test('what a peer does not take has not left, and never will when the connection is destroyed', async () => {
  const { peer, connection } = await accepted()
  let hasLeft = false
  connection.write([Buffer.alloc(muchBytes)], () => (hasLeft = true))
  await new Promise((resolve) => setTimeout(resolve, 20))
  assert.equal(hasLeft, false)
  connection.destroy()
  peer.on('error', () => undefined).resume()
  await new Promise((resolve) => peer.on('close', resolve))
  assert.equal(hasLeft, false)
})
