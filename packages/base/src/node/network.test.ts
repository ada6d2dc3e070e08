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

test('what is written in one turn of the loop arrives together, in order', async () => {
  const { peer, connection } = await accepted()
  const arrived: string[] = []
  peer.on('data', (chunk: Buffer) => arrived.push(chunk.toString()))
  for (const answer of ['one ', 'two ', 'three']) {
    await Promise.resolve()
    connection.write([Buffer.from(answer)])
  }
  await new Promise((resolve) => setImmediate(resolve))
  connection.end()
  await new Promise((resolve) => peer.on('end', resolve))
  assert.deepEqual(arrived, ['one two three'])
})

test('what was written before the connection is destroyed in the same turn still leaves', async () => {
  const { peer, connection } = await accepted()
  let seen = ''
  peer.on('data', (chunk: Buffer) => (seen += chunk.toString()))
  connection.write([Buffer.from('the last answer')])
  connection.destroy()
  await new Promise((resolve) => peer.on('close', resolve))
  assert.equal(seen, 'the last answer')
})
