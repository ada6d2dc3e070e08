/** Mistakes of what is written out of the journal: segments, checkpoints, and the state that a start takes from them. */
import type { Mistake } from './mistake.ts'

export const segmentMistakes: readonly Mistake[] = [
  {
    name: 'carried-tail-forgotten',
    says: 'Only what is durable is carried forward, so that later batches stay before earlier ones.',
    changes: [
      {
        file: 'packages/storage/src/local/write-out.ts',
        find: `index < (tail?.count ?? 0); index++) {
        commit =`,
        instead: `index < (tail?.count ?? 0) / 2; index++) {
        commit =`
      }
    ]
  },
  {
    name: 'checkpoint-not-synced',
    says: 'The checkpoint is renamed into place before its content is durable.',
    changes: [
      {
        file: 'packages/storage/src/checkpoint/checkpoint-file.ts',
        find: 'await file.datasync()',
        instead: ''
      }
    ]
  },
  {
    name: 'checkpointed-producers-forgotten',
    says: 'A start does not take the producers of the checkpoint up.',
    changes: [
      {
        file: 'packages/storage/src/partition/producer-memory.ts',
        find: 'for (const entry of entries) log.producers?.set(entry, Number.POSITIVE_INFINITY)',
        instead: ''
      }
    ]
  },
  {
    name: 'configs-lost-in-checkpoint',
    says: 'A checkpoint leaves out the settings of topics.',
    changes: [
      {
        file: 'packages/storage/src/local/checkpointer.ts',
        find: 'const content = { metadata: imageRecords(image), partitions: this.#lines(partitions) }',
        instead: `const content = { metadata: imageRecords(image).filter(({ type }) => type !== 'config-set'), partitions: this.#lines(partitions) }`
      }
    ]
  },
  {
    name: 'foreign-log-served',
    says: 'What is left of a log that is shorter than it was is served although no block of it matches.',
    changes: [
      {
        file: 'packages/storage/src/segments/segment-reader.ts',
        find: 'if (blocks < 2) return false',
        instead: 'if (blocks < 2 || (await fileBytes(view)) < view.state.logBytes) return false'
      }
    ],
    tests: ['packages/storage/src/segments/segments-damage.test.ts']
  },
  {
    name: 'producer-state-not-restored',
    says: 'A replay does not bring the producers back.',
    changes: [
      {
        file: 'packages/storage/src/local/replayed-partition.ts',
        find: 'if (!isIdempotent(header)) return',
        instead: 'if (!isIdempotent(header) || batch.baseOffset >= this.#producersOffset) return'
      }
    ]
  },
  {
    name: 'removed-topic-comes-back',
    says: 'A checkpoint that begins before the removal of a topic renames its folder.',
    changes: [
      {
        file: 'packages/storage/src/local/partition-folders.ts',
        find: 'for (const log of topic.partitions) this.#blocked.add(this.pathOf(log))',
        instead: ''
      }
    ],
    tests: ['packages/storage/test/topic-made-again.test.ts']
  },
  {
    name: 'segments-not-synced',
    says: 'The checkpoint does not wait for the segments.',
    changes: [
      {
        file: 'packages/storage/src/local/checkpointer.ts',
        find: 'await this.#syncSegments(relieve)',
        instead: 'if (!synced) await this.#syncSegments(relieve)'
      }
    ]
  },
  {
    name: 'truncate-off-by-one',
    says: 'A start cuts the last segment one byte too short.',
    changes: [
      {
        file: 'packages/storage/src/segments/segment-restore.ts',
        find: '(file) => file.truncate(logBytes)',
        instead: '(file) => file.truncate(logBytes - 1)'
      }
    ]
  },
  {
    name: 'trust-page-after-failed-sync',
    says: 'A failed sync of segments is forgotten: the checkpoint relies on pages that never reached the disk.',
    changes: [
      {
        file: 'packages/storage/src/segments/partition-segments.ts',
        find: `path: this.directory, cause })
      throw this.#failure
    }
    for`,
        instead: `path: this.directory, cause })
      this.#failure = undefined
    }
    for`
      }
    ]
  },
  {
    name: 'write-out-drops-newest',
    says: 'Memory lets go of everything that was to be written, though only a part has arrived in the segments.',
    changes: [
      {
        file: 'packages/storage/src/local/write-out.ts',
        find: 'log.dropTailBefore(Math.max(endOffset, log.logStartOffset))',
        instead: 'log.dropTailBefore(Math.max((batches.at(-1)?.lastOffset ?? -1) + 1, log.logStartOffset))'
      }
    ]
  }
]
