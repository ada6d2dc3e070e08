/** Mistakes of answers and reads: told too early, in the wrong order, twice, or of what is not durable yet. */
import type { Mistake } from './mistake.ts'

export const answerMistakes: readonly Mistake[] = [
  {
    name: 'delete-records-answered-early',
    says: 'A deletion of records is answered before it is durable.',
    changes: [
      {
        file: 'packages/storage/src/partition/partitioned-log.ts',
        find: `await this.#options.commits.add(frame).settled
    if (frame.state !== FrameState.durable) return frame.failure`,
        instead: `void this.#options.commits.add(frame).settled
    log.advanceLogStart(offset)`
      }
    ]
  },
  {
    name: 'duplicate-answered-early',
    says: 'A duplicate is answered although its original is still on its way to the disk.',
    changes: [
      {
        file: 'packages/storage/src/partition/partitioned-log.ts',
        find: 'if (log === undefined || duplicate.baseOffset < log.highWatermark) return undefined',
        instead: 'if (log === undefined || duplicate.baseOffset <= log.endOffset) return undefined'
      }
    ],
    tests: ['packages/storage/test/duplicate-waits.test.ts']
  },
  {
    name: 'duplicate-not-recognised',
    says: 'Only the last batch of a producer is remembered.',
    changes: [
      {
        file: 'packages/storage/src/partition/producer-state.ts',
        find: 'return [...known.slice(Math.max(0, known.length + 1 - producerBatchesMax)), batch]',
        instead: 'return known.length < 0 ? [] : [batch]'
      }
    ]
  },
  {
    name: 'early-snapshot-replay',
    says: 'A start that has a snapshot of a group slot begins one record too late behind it.',
    changes: [
      {
        file: 'packages/broker/src/coordinator/slot-loader.ts',
        find: 'this.#offset = start.endOffset',
        instead: 'this.#offset = start.endOffset + (start.endOffset > 0 ? 1 : 0)'
      }
    ],
    tests: ['packages/broker/src/coordinator/slot-loader.test.ts']
  },
  {
    name: 'fetch-skips-batch',
    says: 'A read begins behind the batch that holds the offset.',
    changes: [
      {
        file: 'packages/storage/src/partition/tail.ts',
        find: 'if (this.at(middle).lastOffset < offset) low = middle + 1',
        instead: 'if (this.at(middle).baseOffset < offset) low = middle + 1'
      }
    ]
  },
  {
    name: 'group-offset-answered-early',
    says: 'A commit is answered before its record is durable.',
    changes: [
      {
        file: 'packages/broker/src/coordinator/append-queue.ts',
        find: 'if (last === undefined) return this.#options.run(continuations)',
        instead: 'if (last !== null) return this.#options.run(continuations)'
      }
    ]
  },
  {
    name: 'order-of-answers',
    says: 'Answers are sent as soon as they are ready, not in the order of the requests.',
    changes: [
      {
        file: 'packages/broker/src/connection.ts',
        find: 'const slot = this.#running[0]',
        instead: 'const slot = this.#running.find(({ reply }) => reply !== undefined)'
      },
      {
        file: 'packages/broker/src/connection.ts',
        find: 'this.#running.shift()',
        instead: 'this.#running.splice(this.#running.indexOf(slot), 1)'
      }
    ]
  },
  {
    name: 'read-past-high-watermark',
    says: 'A read of the tail does not stop at the high watermark.',
    changes: [
      {
        file: 'packages/storage/src/partition/tail.ts',
        find: 'if (batch.lastOffset >= bounds.endOffset) break',
        instead: ''
      }
    ]
  },
  {
    name: 'topic-answer-early',
    says: 'A change of the metadata that writes nothing is answered although what it speaks of is not durable.',
    changes: [
      {
        file: 'packages/storage/src/metadata/metadata-log.ts',
        find: 'await this.#whenDurable(decidedOn)',
        instead: ''
      }
    ]
  },
  {
    name: 'unsynced-data-visible',
    says: 'The high watermark moves when a batch is taken, not when it is durable.',
    changes: [
      {
        file: 'packages/storage/src/partition/partition-log.ts',
        find: 'this.endOffset = frame.lastOffset + 1',
        instead: `this.endOffset = frame.lastOffset + 1
    this.highWatermark = this.endOffset`
      },
      {
        // Otherwise the assertion sees it, and no reader has to.
        file: 'packages/storage/src/partition/partition-log.ts',
        find: `assert(frame.baseOffset >= this.highWatermark, 'batches become durable in order')
    this.highWatermark = frame.lastOffset + 1`,
        instead: ''
      }
    ],
    tests: ['packages/storage/src/memory/memory-storage.test.ts']
  }
]
