/** Members of a group that drain what they lose, on a real broker. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  createClient,
  type AssignedPartition,
  type ClientOptions,
  type GroupReader,
  type Place,
  type ReadBatch,
  stringCodec
} from '@naru/client'
import { createTestBroker } from '@naru/testing'

interface Observed {
  readonly reader: GroupReader
  readonly assigned: AssignedPartition[]
  readonly revoked: Place[]
  readonly lost: Place[]
}

const settled = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries++) {
    assert.ok(tries < 500, 'waited for 5 seconds')
    await settled(10)
  }
}

function open(
  bootstrap: string,
  topics: readonly string[],
  onRevoked = async (): Promise<void> => undefined,
  options: Omit<ClientOptions, 'bootstrap'> = {},
  fetchWaitMs = 50
): Observed & AsyncDisposable {
  const client = createClient({ bootstrap, ...options })
  const observed = { assigned: [] as AssignedPartition[], revoked: [] as Place[], lost: [] as Place[] }
  const reader = client.groupReader(
    { group: 'g', topics, heartbeatMs: 50, rebalanceTimeoutMs: 5_000, fetchWaitMs },
    {
      onAssigned: async (partitions) => void observed.assigned.push(...partitions),
      onRevoked: async (places) => {
        observed.revoked.push(...places)
        await onRevoked()
      },
      onLost: (places) => void observed.lost.push(...places),
      onTrouble: () => undefined
    }
  )
  reader.start()
  return {
    ...observed,
    reader,
    [Symbol.asyncDispose]: async () => {
      await reader.close({ timeoutMs: 1_000 })
      await client.close()
    }
  }
}

test('a member that comes gets its share after the others have drained it, and they keep the rest', async () => {
  await using broker = await createTestBroker({ topics: [{ name: 't', partitions: 4 }] })
  let isDrained = false
  await using first = open(broker.bootstrap, ['t'], async () => {
    await settled(200)
    isDrained = true
  })
  await until(() => first.assigned.length === 4)
  await using second = open(broker.bootstrap, ['t'])
  await until(() => second.assigned.length > 0)
  assert.equal(isDrained, true)
  assert.equal(first.revoked.length, 2)
  assert.equal(first.assigned.length, 4)
  assert.deepEqual(
    second.assigned.map(({ partition }) => partition).toSorted((a, b) => a - b),
    first.revoked.map(({ partition }) => partition).toSorted((a, b) => a - b)
  )
})

test('a commit brings its metadata back to the next owner', async () => {
  await using broker = await createTestBroker({ topics: [{ name: 't', partitions: 1 }] })
  await using client = createClient({ bootstrap: broker.bootstrap })
  await client.producer({ value: stringCodec }).send('t', [{ value: 'a' }, { value: 'b' }])
  {
    await using first = open(broker.bootstrap, ['t'])
    await until(() => first.assigned.length === 1)
    const [batch] = await first.reader.next(AbortSignal.timeout(5_000))
    assert.deepEqual(
      Array.from(batch?.records ?? [], ({ offset }) => offset),
      [0, 1]
    )
    assert.equal(
      await first.reader.commit([{ topic: 't', partition: 0, offset: 1, metadata: 'n1:x' }]),
      'done'
    )
  }
  await using second = open(broker.bootstrap, ['t'])
  await until(() => second.assigned.length === 1)
  assert.equal(second.assigned[0]?.offset, 1)
  assert.equal(second.assigned[0]?.committed?.metadata, 'n1:x')
})

test('a paused partition gives nothing until it goes on', async () => {
  await using broker = await createTestBroker({ topics: [{ name: 't', partitions: 2 }] })
  await using client = createClient({ bootstrap: broker.bootstrap })
  await using member = open(broker.bootstrap, ['t'])
  await until(() => member.assigned.length === 2)
  member.reader.pause({ topic: 't', partition: 0 })
  const producer = client.producer({ value: stringCodec })
  await producer.send('t', [
    { value: 'a', partition: 0 },
    { value: 'b', partition: 1 }
  ])
  const got: number[] = []
  const signal = AbortSignal.timeout(5_000)
  while (got.length < 1) got.push(...(await member.reader.next(signal)).map(({ partition }) => partition))
  for (let i = 0; i < 5; i++)
    got.push(...(await member.reader.next(signal)).map(({ partition }) => partition))
  assert.deepEqual(got, [1])
  member.reader.resume({ topic: 't', partition: 0 })
  while (got.length < 2) got.push(...(await member.reader.next(signal)).map(({ partition }) => partition))
  assert.deepEqual(got, [1, 0])
})

test('what was read arrives although the next look at the topic fails', async () => {
  await using broker = await createTestBroker({ topics: ['t'] })
  const client = createClient({ bootstrap: broker.bootstrap })
  const producer = client.producer({ key: stringCodec, value: stringCodec })
  await producer.send('t', [{ key: null, value: 'first' }])
  const options = { requestTimeoutMs: 1_000, metadataAgeMsMax: 1 }
  await using member = open(broker.bootstrap, ['t'], undefined, options, 800)
  const { signal } = new AbortController()
  const values: Array<string | null> = []
  const read = async (): Promise<void> => {
    for (const { records } of await member.reader.next(signal)) {
      for (const record of records) values.push(record.valueText())
    }
  }
  while (values.length === 0) await read()
  const reading = read()
  await settled(100)
  // The fetch that is on its way brings the record; the look at the topic for the next one gets lost.
  broker.faults.loseRequest({ api: 'Metadata' })
  await producer.send('t', [{ key: null, value: 'second' }])
  await reading.catch(() => undefined)
  broker.faults.clear()
  for (let tries = 0; values.length < 2 && tries < 10; tries++) await read()
  assert.deepEqual(values, ['first', 'second'])
  await client.close()
})

test('a member whose partitions could not be taken up gets them in the next round', async () => {
  await using broker = await createTestBroker({ topics: ['t'] })
  const fault = broker.faults.loseRequest({ api: 'OffsetFetch', times: 1 })
  await using member = open(broker.bootstrap, ['t'], undefined, { requestTimeoutMs: 300 })
  await fault.whenHit()
  await until(() => member.assigned.length === 1)
})

test('what was read before a partition went away is out of date, also when the partition has come back', async () => {
  await using broker = await createTestBroker({ topics: [{ name: 't', partitions: 2 }] })
  const client = createClient({ bootstrap: broker.bootstrap })
  const producer = client.producer({ key: stringCodec, value: stringCodec })
  await producer.send(
    't',
    [0, 1].map((partition) => ({ partition, key: null, value: 'x' }))
  )
  await client.close()
  await using first = open(broker.bootstrap, ['t'])
  const { signal } = new AbortController()
  const batches = new Map<number, ReadBatch>()
  while (batches.size < 2) {
    for (const batch of await first.reader.next(signal)) batches.set(batch.partition, batch)
  }
  assert.ok([...batches.values()].every((batch) => batch.isCurrent()))
  {
    await using _second = open(broker.bootstrap, ['t'])
    await until(() => first.revoked.length === 1)
  }
  await until(() => first.assigned.length === 3)
  const [gone] = first.revoked
  for (const [partition, batch] of batches) assert.equal(batch.isCurrent(), partition !== gone?.partition)
})
