/** Accepted connections read to the places that their handler names, and to copies of their own otherwise. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { acceptedConnections } from '../../test/accepted-connections.ts'
import type { Connection, ConnectionHandler } from '../network.ts'

const accepted = acceptedConnections()

/** Resolves with everything that arrived when the peer has ended. */
function collect(connection: Connection, place?: Uint8Array): Promise<{ data: string; placed: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ data: string; placed: string }>()
  const chunks: Uint8Array[] = []
  let placed = 0
  const handler: ConnectionHandler = {
    onData: (chunk) => chunks.push(chunk),
    nextPlace: () =>
      place === undefined || placed === place.byteLength ? undefined : place.subarray(placed),
    onPlaced: (count) => (placed += count),
    onDrain: () => undefined,
    onEnd: () => connection.end(),
    onClose: (error) => {
      if (error !== undefined) return reject(error)
      const text = place === undefined ? '' : Buffer.from(place.subarray(0, placed)).toString()
      resolve({ data: Buffer.concat(chunks).toString(), placed: text })
    }
  }
  connection.start(handler)
  return promise
}

test('what arrives before there is a place stays as it was when more arrives', async () => {
  const { peer, connection } = await accepted()
  const everything = collect(connection)
  peer.setNoDelay(true)
  for (const word of ['one ', 'two ', 'three']) {
    peer.write(word)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  peer.end()
  assert.equal((await everything).data, 'one two three')
})

test('bytes go to the place that was named, as far as it goes, and on from there to the handler', async () => {
  const { peer, connection } = await accepted()
  peer.write('a')
  await new Promise((resolve) => setTimeout(resolve, 20))
  // Asked before each read: what is on its way when the place appears still comes as data.
  const place = new Uint8Array(6)
  const everything = collect(connection, place)
  await new Promise((resolve) => setTimeout(resolve, 20))
  peer.end('bcdefghij')
  const { data, placed } = await everything
  assert.equal(`${data}${placed}`.split('').toSorted().join(''), 'abcdefghij')
  assert.equal(placed.length, 6)
})

test('a connection that is paused reads nothing until it is resumed', async () => {
  const { peer, connection } = await accepted()
  const everything = collect(connection)
  connection.pause()
  peer.end('late')
  await new Promise((resolve) => setTimeout(resolve, 20))
  connection.resume()
  assert.equal((await everything).data, 'late')
})

test('what is written reaches a peer that has ended', async () => {
  const { peer, connection } = await accepted()
  let answer = ''
  peer.setEncoding('utf8').on('data', (text: string) => (answer += text))
  connection.start({
    onData: () => undefined,
    onDrain: () => undefined,
    onEnd: () => {
      connection.write([Buffer.from('answer')])
      connection.end()
    },
    onClose: () => undefined
  })
  peer.end('question')
  await new Promise((resolve) => peer.once('close', resolve))
  assert.equal(answer, 'answer')
})
