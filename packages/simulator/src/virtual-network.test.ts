import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Connection } from '@naru/base'
import { FaultCounts } from './fault-counts.ts'
import { Scheduler } from './scheduler.ts'
import { VirtualNetwork, type NetworkFaults } from './virtual-network.ts'
import { VirtualProcess } from './virtual-process.ts'

const address = { host: '10.0.0.1', port: 9092 }

/** What one end was told. */
class End {
  received: Buffer = Buffer.alloc(0)
  readonly events: string[] = []
  readonly connection: Connection

  constructor(connection: Connection) {
    this.connection = connection
    connection.start({
      onData: (chunk) => {
        this.received = Buffer.concat([this.received, chunk])
      },
      onDrain: () => this.events.push('drain'),
      onEnd: () => this.events.push('end'),
      onClose: (error) => this.events.push(error === undefined ? 'closed' : 'reset')
    })
  }
}

interface Pair {
  readonly scheduler: Scheduler
  readonly network: VirtualNetwork
  readonly counts: FaultCounts
  readonly server: VirtualProcess
  readonly left: End
  readonly right: End
}

async function connected(faults: Partial<NetworkFaults> = {}, seed = 1): Promise<Pair> {
  const scheduler = new Scheduler(seed)
  const counts = new FaultCounts()
  const network = new VirtualNetwork(scheduler, counts)
  const server = new VirtualProcess(scheduler, 'server')
  const client = new VirtualProcess(scheduler, 'client')
  const ends: End[] = []
  await network.of(server).listen(address, (connection) => ends.push(new End(connection)))
  const connecting = network.of(client).connect(address)
  connecting.then(
    (connection) => ends.unshift(new End(connection)),
    (error: unknown) => scheduler.fail(error)
  )
  await scheduler.runUntil(() => ends.length === 2)
  Object.assign(network.faults, faults)
  const [left, right] = ends
  assert.ok(left !== undefined && right !== undefined)
  return { scheduler, network, counts, server, left, right }
}

function bytes(count: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: count }, (_, index) => index * 31))
}

test('bytes arrive whole and in order, however late and in whatever pieces', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { scheduler, left, right } = await connected({ delay: 0.5, delayMsMax: 50, shortChunk: 0.7 }, seed)
    const sent = bytes(5_000)
    for (let at = 0; at < sent.byteLength; at += 700) left.connection.write([sent.subarray(at, at + 700)])
    await scheduler.runUntil(() => false)
    assert.ok(right.received.equals(sent), `seed ${seed}`)
  }
})

test('a buffer that changes before its bytes have left is found out', async () => {
  const { scheduler, left, right } = await connected()
  const sent = Buffer.from('hello')
  left.connection.write([sent])
  sent.fill('x')
  await scheduler.runUntil(() => false)
  assert.equal(right.received.toString(), 'xxxxx')
})

test('a receiver that pauses holds the sender up', async () => {
  const { scheduler, left, right } = await connected()
  right.connection.pause()
  assert.equal(left.connection.write([bytes(300_000)]), false)
  await scheduler.runUntil(() => false)
  assert.ok(left.connection.unsentBytes > 200_000)
  assert.equal(right.received.byteLength, 0)
  right.connection.resume()
  await scheduler.runUntil(() => false)
  assert.ok(right.received.equals(bytes(300_000)))
  assert.deepEqual(left.events, ['drain'])
})

test('an end reaches the other side behind the data, which may still answer', async () => {
  const { scheduler, left, right } = await connected()
  left.connection.write([Buffer.from('question')])
  left.connection.end()
  await scheduler.runUntil(() => false)
  assert.equal(right.received.toString(), 'question')
  assert.deepEqual(right.events, ['end'])
  right.connection.write([Buffer.from('answer')])
  right.connection.end()
  await scheduler.runUntil(() => false)
  assert.equal(left.received.toString(), 'answer')
  assert.equal(left.events.at(-1), 'closed')
  assert.equal(right.events.at(-1), 'closed')
})

test('a cut resets both ends, and what had not left is lost', async () => {
  const { scheduler, counts, left, right } = await connected({ cut: 1 })
  left.connection.write([Buffer.from('lost')])
  await scheduler.runUntil(() => false)
  assert.deepEqual([left.events, right.events], [['reset'], ['reset']])
  assert.equal(right.received.byteLength, 0)
  assert.equal(counts.toRecord()['network-cut'], 1)
})

test('on a half-open connection everything vanishes and nobody is told', async () => {
  const { scheduler, left, right } = await connected({ halfOpen: 1 })
  left.connection.write([Buffer.from('lost')])
  right.connection.write([Buffer.from('lost as well')])
  await scheduler.runUntil(() => false)
  assert.deepEqual([left.events, right.events], [[], []])
  assert.equal(left.received.byteLength + right.received.byteLength, 0)
})

test('the end of a process resets what it had open and frees its port', async () => {
  const { scheduler, network, server, left } = await connected()
  server.end()
  await scheduler.runUntil(() => false)
  assert.deepEqual(left.events, ['reset'])
  const next = new VirtualProcess(scheduler, 'next')
  const listener = await network.of(next).listen(address, () => undefined)
  assert.equal(listener.port, address.port)
  await assert.rejects(
    network.of(next).listen(address, () => undefined),
    { code: 'EADDRINUSE' }
  )
})

test('nobody listens: the connection is refused', async () => {
  const scheduler = new Scheduler(1)
  const network = new VirtualNetwork(scheduler, new FaultCounts())
  const refused = assert.rejects(network.of(new VirtualProcess(scheduler, 'client')).connect(address), {
    code: 'ECONNREFUSED'
  })
  await scheduler.runUntil(() => false, { untilMs: 1_000 })
  await refused
})

test('a writer is told when its bytes have left, and not before', async () => {
  const { scheduler, left, right } = await connected({ shortChunk: 0.7 })
  const first = Buffer.alloc(1_000, 'a')
  const second = Buffer.alloc(1_000, 'b')
  left.connection.write([first], () => first.fill('x'))
  left.connection.write([second], () => second.fill('x'))
  await scheduler.runUntil(() => false)
  assert.equal(right.received.toString(), 'a'.repeat(1_000) + 'b'.repeat(1_000))
  assert.equal(first.toString() + second.toString(), 'x'.repeat(2_000))
})
