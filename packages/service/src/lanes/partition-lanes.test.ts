import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type LaneRecord, PartitionLanes } from './partition-lanes.ts'
import { decodeFinished } from './finished-offsets.ts'

const takeAll = (lanes: PartitionLanes<number>): Array<LaneRecord<number>> => {
  const taken: Array<LaneRecord<number>> = []
  for (let record = lanes.take(); record !== undefined; record = lanes.take()) taken.push(record)
  return taken
}

test('keys run side by side, the records of one key one after another', () => {
  const lanes = new PartitionLanes<number>(0)
  for (const [offset, key] of ['a', 'b', 'a', 'c', 'b', 'a'].entries()) lanes.add(offset, key, 10, offset)
  const first = takeAll(lanes)
  assert.deepEqual(
    first.map(({ offset }) => offset),
    [0, 1, 3]
  )
  lanes.finish(first[1] as LaneRecord<number>)
  assert.deepEqual(
    takeAll(lanes).map(({ offset }) => offset),
    [4]
  )
})

test('records without a key run all at once', () => {
  const lanes = new PartitionLanes<number>(0)
  for (let offset = 0; offset < 5; offset++) lanes.add(offset, undefined, 10, offset)
  assert.equal(takeAll(lanes).length, 5)
})

test('a key with many records gets no more turns than the others', () => {
  const lanes = new PartitionLanes<number>(0)
  let offset = 0
  for (; offset < 100; offset++) lanes.add(offset, 'many', 1, offset)
  for (const key of ['x', 'y', 'z']) lanes.add(offset++, key, 1, offset)
  const order: Array<string | undefined> = []
  for (let turn = 0; turn < 8; turn++) {
    const record = lanes.take()
    assert.ok(record !== undefined)
    order.push(record.lane.key)
    lanes.finish(record)
  }
  assert.deepEqual(order, ['many', 'x', 'y', 'z', 'many', 'many', 'many', 'many'])
})

test('a parked key waits with all its records while others go on', () => {
  const lanes = new PartitionLanes<number>(0)
  lanes.add(0, 'bad', 1, 0)
  lanes.add(1, 'bad', 1, 1)
  lanes.add(2, 'good', 1, 2)
  const bad = lanes.take() as LaneRecord<number>
  lanes.park(bad)
  assert.deepEqual(
    takeAll(lanes).map(({ offset }) => offset),
    [2]
  )
  lanes.unpark(bad.lane)
  const again = lanes.take() as LaneRecord<number>
  assert.equal(again, bad)
  lanes.finish(again)
  assert.equal(lanes.take()?.offset, 1)
})

const keys = fc.constantFrom(undefined, 'a', 'b', 'c', 'd')
const commands = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('read' as const), key: keys }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('start' as const), pick: fc.nat(99) }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('finish' as const), pick: fc.nat(99) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('fail' as const), pick: fc.nat(99) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('unpark' as const), pick: fc.nat(99) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('crash' as const), pick: fc.nat(99) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('commit' as const), pick: fc.nat(99) }) }
  ),
  { maxLength: 400 }
)

type Command =
  | { readonly kind: 'read'; readonly key: string | undefined }
  | { readonly kind: 'start' | 'finish' | 'fail' | 'unpark' | 'crash' | 'commit'; readonly pick: number }

/** Lanes beside a log and a memory of what was done, which say what may happen. */
class Model {
  readonly log: Array<string | undefined> = []
  readonly handled = new Set<number>()
  readonly committedWork = new Set<number>()
  lanes = new PartitionLanes<number>(0)
  committed = { offset: 0, metadata: '' }
  position = 0
  running: Array<LaneRecord<number>> = []
  parked: Array<LaneRecord<number>> = []

  step(command: Command): void {
    if (command.kind === 'read') {
      this.log.push(command.key)
      this.refill()
    } else if (command.kind === 'start') {
      const record = this.lanes.take()
      if (record !== undefined) this.start(record)
    } else if (command.kind === 'commit') {
      this.committed = this.lanes.committable
      for (const offset of this.handled) this.committedWork.add(offset)
    } else if (command.kind === 'crash') this.crash()
    else this.end(command.kind, command.pick)
  }

  start(record: LaneRecord<number>): void {
    const { key } = record.lane
    assert.ok(!this.committedWork.has(record.offset), 'finished and committed work is redone')
    if (key !== undefined) {
      assert.ok(
        this.running.every(({ lane }) => lane.key !== key),
        'two of one key run'
      )
      const isOpen = (other: string | undefined, offset: number): boolean =>
        other === key && offset < record.offset && !this.handled.has(offset)
      assert.equal(this.log.findIndex(isOpen), -1, 'an earlier record of the key is not finished')
    }
    this.running.push(record)
  }

  end(kind: 'finish' | 'fail' | 'unpark', at: number): void {
    const list = kind === 'unpark' ? this.parked : this.running
    const [record] = list.splice(at % (list.length || 1), 1)
    if (record === undefined) return
    if (kind === 'unpark') this.lanes.unpark(record.lane)
    else if (kind === 'fail') {
      this.lanes.park(record)
      this.parked.push(record)
    } else {
      this.lanes.finish(record)
      this.handled.add(record.offset)
    }
  }

  crash(): void {
    const { offset, metadata } = this.committed
    for (const done of this.handled) if (!this.committedWork.has(done)) this.handled.delete(done)
    this.lanes = new PartitionLanes(offset, decodeFinished(offset, metadata))
    this.position = offset
    this.running = []
    this.parked = []
    this.refill()
  }

  refill(): void {
    for (; this.position < this.log.length; this.position++) {
      this.lanes.add(this.position, this.log[this.position], 1, this.position)
    }
  }

  finishAll(): void {
    while (this.parked.length > 0) this.end('unpark', 0)
    while (this.running.length > 0) this.end('finish', 0)
    for (let record = this.lanes.take(); record !== undefined; record = this.lanes.take()) {
      this.start(record)
      this.end('finish', 0)
    }
  }
}

test('through failures, commits and crashes each key sees its records in order, and only uncommitted ones again', () => {
  fc.assert(
    fc.property(commands, (history) => {
      const model = new Model()
      for (const command of history) model.step(command)
      model.finishAll()
      assert.equal(model.handled.size, model.log.length)
      assert.equal(model.lanes.count, 0)
      assert.equal(model.lanes.laneCount, 0)
      assert.deepEqual(model.lanes.committable, { offset: model.log.length, metadata: '' })
    }),
    { numRuns: 500 }
  )
})
