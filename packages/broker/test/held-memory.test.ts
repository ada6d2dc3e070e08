/** What clients may make a broker hold by sending halves, by waiting, and by not reading. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '@naru/base/node'
import { FETCH } from '@naru/protocol/messages/01-fetch'
import { METADATA } from '@naru/protocol/messages/03-metadata'
import {
  CHUNK_BYTES_OVERHEAD,
  FRAME_BYTES_BEGUN_MAX,
  REQUEST_BYTES_IN_FLIGHT_MAX,
  SEND_BYTES_HARD_MAX,
  STUCK_MS_MAX
} from '../src/limits.ts'
import { FakeSockets, lengthOf, type FakeSocket } from './fake-sockets.ts'
import { startInProcessBroker } from './in-process-broker.ts'
import { BY_NAME, fetchRequest } from './requests.ts'

const MIB = 1024 ** 2
const FRAME_BYTES = 64 * MIB
/** Sent again and again: what the broker keeps of it takes no memory of this test. */
const CHUNK = new Uint8Array(4 * MIB)

const ALL_TOPICS = {
  topics: null,
  allowAutoTopicCreation: false,
  includeClusterAuthorizedOperations: false,
  includeTopicAuthorizedOperations: false
}

/** All of a frame but its last chunk. */
function sendHalf(socket: FakeSocket): void {
  socket.send(lengthOf(FRAME_BYTES))
  for (let bytes = CHUNK.byteLength; bytes < FRAME_BYTES; bytes += CHUNK.byteLength) socket.send(CHUNK)
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}

test('halves of frames are held up to a bound, then those that began first are closed', async () => {
  const network = new FakeSockets()
  await using _broker = await startInProcessBroker({ network })
  const senders = Array.from({ length: Math.ceil(FRAME_BYTES_BEGUN_MAX / FRAME_BYTES) + 2 }, () =>
    network.open()
  )
  for (const sender of senders) sendHalf(sender)
  const open = senders.filter(({ closed }) => !closed)
  assert.ok(open.length * (FRAME_BYTES - CHUNK.byteLength) <= FRAME_BYTES_BEGUN_MAX)
  assert.deepEqual(open, senders.slice(-open.length))
  assert.ok(open.length > 0)
})

test('a frame that comes byte by byte counts for what its chunks take', async () => {
  const network = new FakeSockets()
  await using _broker = await startInProcessBroker({ network })
  const sender = network.open()
  sender.send(lengthOf(FRAME_BYTES))
  const chunks = FRAME_BYTES_BEGUN_MAX / CHUNK_BYTES_OVERHEAD
  for (let at = 0; at < chunks && !sender.closed; at++) sender.send(CHUNK.subarray(0, 1))
  assert.equal(sender.closed, true)
})

test('requests that wait behind a long poll do not keep the others from being read for long', async () => {
  const network = new FakeSockets()
  const time = new ManualClock()
  await using broker = await startInProcessBroker({ network, time })
  await broker.context.topics.create({ name: 'quiet', partitionCount: 1, configs: [], internal: false })
  const greedy = Array.from({ length: Math.ceil(REQUEST_BYTES_IN_FLIGHT_MAX / FRAME_BYTES) }, () =>
    network.open()
  )
  for (const socket of greedy) {
    const wanted = [{ topic: 'quiet', offset: 0 }]
    socket.sendRequest(FETCH, fetchRequest({ wanted, maxWaitMs: 10 * STUCK_MS_MAX }), BY_NAME)
    socket.send(lengthOf(FRAME_BYTES))
    // An ApiVersions request of version 0, followed by what nobody will look at before its turn.
    const head = new Uint8Array(CHUNK.byteLength)
    head.set([0, 18, 0, 0, 0, 0, 0, 1, 255, 255])
    socket.send(head)
    for (let bytes = head.byteLength; bytes < FRAME_BYTES; bytes += CHUNK.byteLength) socket.send(CHUNK)
  }
  const other = network.open()
  other.sendRequest(METADATA, ALL_TOPICS, 9)
  assert.equal(other.paused, true)
  await time.advance(STUCK_MS_MAX + 1)
  await settle()
  assert.equal(other.paused, false)
  assert.equal(greedy.filter(({ closed }) => closed).length, 1)
})

test('answers that nobody reads are held up to a bound, then those that wait for longest are dropped', async () => {
  const network = new FakeSockets()
  await using broker = await startInProcessBroker({ network })
  const readers = [network.open(), network.open(), network.open()]
  for (const reader of readers) {
    const written = reader.whenWritten()
    reader.sendRequest(METADATA, ALL_TOPICS, 9)
    reader.unsentBytes = SEND_BYTES_HARD_MAX / 2
    await written
    await settle()
  }
  assert.deepEqual(
    readers.map(({ closed }) => closed),
    [true, true, false]
  )
  assert.ok(broker.context.sendBudget.bytes <= SEND_BYTES_HARD_MAX)
})
