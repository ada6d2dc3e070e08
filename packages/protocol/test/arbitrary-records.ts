// Arbitrary records for property tests.
import fc from 'fast-check'
import type { RecordToWrite } from '@naru/protocol'

const bytesOrNull = fc.option(fc.uint8Array({ maxLength: 200 }), { freq: 5 })

export const arbitraryRecord: fc.Arbitrary<RecordToWrite> = fc.record({
  timestamp: fc.oneof(
    fc.integer({ min: -1, max: 4_000_000_000_000 }),
    fc.integer({ min: 1_700_000_000_000, max: 1_700_000_100_000 })
  ),
  key: bytesOrNull,
  value: bytesOrNull,
  headers: fc.array(fc.record({ key: fc.string({ unit: 'grapheme', maxLength: 20 }), value: bytesOrNull }), {
    maxLength: 4
  })
})

export const arbitraryRecords: fc.Arbitrary<RecordToWrite[]> = fc.array(arbitraryRecord, {
  minLength: 1,
  maxLength: 30
})
