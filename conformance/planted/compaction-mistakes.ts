/** Mistakes of compaction; the tests named with them see them sooner than the simulation does. */
import type { Mistake } from './mistake.ts'

const records = 'packages/storage/src/compaction/clean-task.test.ts'
const crashes = 'packages/storage/test/compaction.test.ts'

export const compactionMistakes: readonly Mistake[] = [
  {
    name: 'tombstone-dropped-early',
    says: 'A tombstone goes in the first pass that meets it, before anybody had the time to read it.',
    changes: [
      {
        file: 'packages/storage/src/compaction/clean-task.ts',
        find: 'return cursor.valueBytes >= 0 || horizonMs === undefined || this.#input.nowMs < horizonMs',
        instead: 'return cursor.valueBytes >= 0 || (horizonMs !== undefined && this.#input.nowMs < horizonMs)'
      }
    ],
    tests: [records, crashes]
  },
  {
    name: 'cleaned-segment-not-synced',
    says: 'A checkpoint names cleaned segments whose content is not on the disk yet.',
    changes: [
      {
        file: 'packages/storage/src/compaction/partition-cleaner.ts',
        find: 'await cleaned.sync(context)',
        instead: ''
      }
    ],
    tests: [crashes]
  },
  {
    name: 'replaced-segment-removed-early',
    says: 'Segments that were cleaned are removed before a checkpoint names those that take their place.',
    changes: [
      {
        file: 'packages/storage/src/segments/segment-swaps.ts',
        find: 'this.#staged.push({ ...replacement, noted: false })',
        instead: 'this.#staged.push({ ...replacement, noted: true })'
      },
      {
        file: 'packages/storage/src/segments/segment-swaps.ts',
        find: 'for (const path of paths) await renameExisting(context.disk, path, path + suffix)',
        instead: 'for (const path of paths) await context.disk.remove(path)'
      },
      {
        file: 'packages/storage/src/local/checkpointer.ts',
        find: 'await this.#syncSegments(relieve)\n',
        instead: 'await this.#syncSegments(relieve)\n      await this.#exchangeSegments()\n'
      }
    ],
    tests: [crashes]
  },
  {
    name: 'keys-taken-for-each-other',
    says: 'The map of offsets tells keys apart by a few bits of their hash only.',
    changes: [
      {
        file: 'packages/storage/src/compaction/offset-map.ts',
        find: 'hash[word >> 2] = digest.readInt32LE(word)',
        instead: 'hash[word >> 2] = digest.readInt32LE(word) & 1'
      }
    ],
    tests: [records, crashes]
  },
  {
    name: 'marker-dropped-early',
    says: 'The marker of a transaction goes as soon as its records have, before its horizon.',
    changes: [
      {
        file: 'packages/storage/src/compaction/clean-task.ts',
        find: 'const goes = isUnneeded && (!isMarker || isDue)',
        instead: 'const goes = isUnneeded && (isMarker || !isDue)'
      }
    ],
    tests: [records]
  },
  {
    name: 'last-batch-of-producer-dropped',
    says: 'The last batch of a producer goes with its records, and its sequence with it.',
    changes: [
      {
        file: 'packages/storage/src/compaction/clean-task.ts',
        find: 'if (last.lastOffset >= 0) return last.lastOffset === lastOffset',
        instead: 'if (last.lastOffset >= 0) return false'
      }
    ],
    tests: [records, crashes]
  },
  {
    name: 'aborted-records-kept',
    says: 'Records of an aborted transaction count as values of their keys.',
    changes: [
      {
        file: 'packages/storage/src/compaction/transaction-pass.ts',
        find: 'if (aborted === undefined) {',
        instead: 'if (aborted === undefined || lastOffset >= 0) {'
      }
    ],
    tests: [records]
  }
]
