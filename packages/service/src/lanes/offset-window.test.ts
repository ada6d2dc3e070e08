import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { OFFSET_METADATA_BYTES_MAX } from '../limits.ts'
import { type OffsetRange, decodeFinished, encodeFinished } from './finished-offsets.ts'
import { OffsetWindow, type WindowEntry } from './offset-window.ts'

const entryAt = (offset: number): WindowEntry => ({ offset, sequence: 0, isFinished: false })

const rangesAbove = (committed: number, lengths: ReadonlyArray<readonly [number, number]>): OffsetRange[] => {
  let at = committed
  return lengths.map(([gap, length]) => {
    const start = at + gap
    at = start + length
    return { start, end: at }
  })
}

test('what is encoded decodes to the same ranges', () => {
  const lengths = fc.array(fc.tuple(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 400 })), {
    maxLength: 200
  })
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 50 }), lengths, (committed, pairs) => {
      const ranges = rangesAbove(committed, pairs)
      assert.deepEqual(decodeFinished(committed, encodeFinished(committed, ranges)), ranges)
    })
  )
})

test('metadata of somebody else means that nothing is finished', () => {
  for (const metadata of [null, '', 'x', 'n1r', 'n1r:', 'n2r:AAAA'])
    assert.deepEqual(decodeFinished(5, metadata), [])
  assert.deepEqual(decodeFinished(5, 'n1r:____________________________'), [])
})

interface Step {
  readonly kind: 'read' | 'finish' | 'restart'
  readonly pick: number
}

const steps = fc.array(
  fc.record({
    kind: fc.constantFrom<Step['kind'][]>('read', 'read', 'finish', 'finish', 'finish', 'restart'),
    pick: fc.nat(1_000_000)
  }),
  { maxLength: 300 }
)

test('whatever the order of completion, a restart from the last commit redoes no finished record and loses none', () => {
  fc.assert(
    fc.property(steps, (history) => {
      const finished = new Set<number>()
      const gaps = new Set<number>()
      let window = new OffsetWindow<WindowEntry>(0)
      let committed = window.committable
      let open: WindowEntry[] = []
      let next = 0
      for (const { kind, pick } of history) {
        if (kind === 'read') {
          // Every seventh offset holds no record, as after compaction or for a marker.
          const offset = next++
          if (offset % 7 === 3) gaps.add(offset)
          else {
            const entry = entryAt(offset)
            const isNew = window.add(entry)
            assert.equal(isNew, !finished.has(offset))
            if (isNew) open.push(entry)
          }
          window.advance(next)
        } else if (kind === 'finish' && open.length > 0) {
          const [entry] = open.splice(pick % open.length, 1)
          if (entry === undefined) continue
          window.finish(entry)
          finished.add(entry.offset)
        } else if (kind === 'restart') {
          committed = window.committable
          const restored = decodeFinished(committed.offset, committed.metadata)
          for (let offset = 0; offset < committed.offset; offset++)
            assert.ok(gaps.has(offset) || finished.has(offset), `lost ${offset}`)
          for (const { start, end } of restored)
            for (let offset = start; offset < end; offset++)
              assert.ok(gaps.has(offset) || finished.has(offset), `lost ${offset}`)
          const isKnown = (offset: number): boolean =>
            offset < committed.offset || restored.some(({ start, end }) => offset >= start && offset < end)
          for (const offset of finished) assert.ok(isKnown(offset), `would redo ${offset}`)
          window = new OffsetWindow(committed.offset, restored)
          next = committed.offset
          open = []
        }
      }
    }),
    { numRuns: 300 }
  )
})

test('records start only as far as what is finished fits into a commit, and the lowest always may', () => {
  const window = new OffsetWindow<WindowEntry>(0)
  const entries: WindowEntry[] = []
  const read = (count: number): void => {
    for (let i = 0; i < count; i++) {
      const entry = entryAt(entries.length)
      entries.push(entry)
      window.add(entry)
    }
  }
  read(60_000)
  // Every second one ends: the worst case for run lengths.
  let started = 0
  for (let offset = 1; offset < entries.length; offset += 2) {
    const entry = entries[offset] as WindowEntry
    if (!window.mayStart(entry, 0)) break
    window.finish(entry)
    started++
  }
  assert.ok(started > 400 && started < 30_000, `started ${started}`)
  assert.ok(window.committable.metadata.length <= OFFSET_METADATA_BYTES_MAX)
  assert.equal(window.mayStart(entries[0] as WindowEntry, 1_000), true)
})

test('one stuck record does not hold up millions behind it', () => {
  const window = new OffsetWindow<WindowEntry>(0)
  window.add(entryAt(0))
  for (let offset = 1; offset < 500_000; offset++) {
    const entry = entryAt(offset)
    window.add(entry)
    assert.ok(window.mayStart(entry, 10))
    window.finish(entry)
  }
  assert.ok(window.committable.metadata.length < 20)
})
