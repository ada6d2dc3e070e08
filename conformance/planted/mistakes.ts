/**
 * The mistakes, each a realistic one, as texts to be found and replaced: what is found has to stand in the file exactly
 * once, so that a mistake that no longer fits the code is noticed.
 */

import { compactionMistakes } from './compaction-mistakes.ts'
import { transactionMistakes } from './transaction-mistakes.ts'

export interface Change {
  readonly file: string
  readonly find: string
  readonly instead: string
}

export interface Mistake {
  readonly name: string
  readonly says: string
  readonly changes: readonly Change[]
  /** Tests that see it sooner than the simulation does. */
  readonly tests?: readonly string[]
}

export const mistakes: readonly Mistake[] = [
  {
    name: 'acknowledge-before-sync',
    says: 'The journal file is opened without O_DSYNC, and nobody syncs it: acknowledged from the page cache.',
    changes: [
      {
        file: 'packages/storage/src/journal/journal-files.ts',
        find: 'dataSync: this.#dataSync, direct',
        instead: 'direct'
      }
    ]
  },
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
    name: 'crc-skipped-on-recovery',
    says: 'A replay believes the content of frames whose header checks.',
    changes: [
      {
        file: 'packages/storage/src/journal/journal-replay.ts',
        find: "if (checkPayload(header, payloadAt(view, at, header))) return { kind: 'frame', header, standsAt: at }",
        instead: "if (header.payloadBytes >= 0) return { kind: 'frame', header, standsAt: at }"
      }
    ]
  },
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
    name: 'journal-released-early',
    says: 'A checkpoint gives back every journal file before the newest, whether the checkpoint replaces it or not.',
    changes: [
      {
        file: 'packages/storage/src/local/checkpointer.ts',
        find: 'await files.release(generationOf(Math.min(replayFrom, header.previousReplayFrom)))',
        instead: 'await files.release(generationOf(this.#options.journal.position))'
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
    name: 'refused-group-comes-back',
    says: 'A group that was refused on a full disk is not made void.',
    changes: [
      {
        file: 'packages/storage/src/journal/journal-writer.ts',
        find: 'if (isPassing(error)) await this.#abandon(open)',
        instead: ''
      }
    ],
    tests: ['packages/storage/test/refused-group.test.ts']
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
    ]
  },
  {
    name: 'replay-off-by-one',
    says: 'A replay takes a batch of one record that begins at the end of the log for one that is there already.',
    changes: [
      {
        file: 'packages/storage/src/local/replayed-partition.ts',
        find: 'if (header.lastOffset < this.#expected) return false',
        instead: 'if (header.lastOffset <= this.#expected) return false'
      }
    ]
  },
  {
    name: 'retry-failed-sync',
    says: 'A failed sync of the journal is tried again, and its second answer is believed.',
    changes: [
      {
        file: 'packages/storage/src/journal/journal-writer.ts',
        find: 'await file.datasync()',
        instead: 'await file.datasync().catch(() => file.datasync())'
      }
    ]
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
    name: 'short-write-believed',
    says: 'A write that took only some of the bytes counts as a whole one.',
    changes: [
      {
        file: 'packages/storage/src/journal/journal-writer.ts',
        find: 'done += written',
        instead: 'done += Math.max(written, bytes.byteLength - done)'
      }
    ]
  },
  {
    name: 'skip-directory-sync',
    says: 'A new journal file is used before its name is durable.',
    changes: [
      {
        file: 'packages/storage/src/journal/journal-files.ts',
        find: `const file = await this.#openEmpty(path, 'create')
    await disk.syncDirectory(directory)`,
        instead: `const file = await this.#openEmpty(path, 'create')`
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
    name: 'unsynced-data-visible',
    says: 'The high watermark moves when a batch is taken, not when it is durable.',
    changes: [
      {
        file: 'packages/storage/src/partition/partition-log.ts',
        find: 'this.endOffset = frame.lastOffset + 1',
        instead: `this.endOffset = frame.lastOffset + 1
    this.highWatermark = this.endOffset`
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
  },
  {
    name: 'frame-forgets-its-place',
    says: 'The checksum of a frame leaves out where the frame belongs: one that went astray is believed.',
    changes: [
      {
        file: 'packages/storage/src/journal/frame.ts',
        find: 'return Math.imul(position / frameAlignment, spreader) >>> 0',
        instead: 'return position < 0 ? 1 : 0'
      }
    ],
    tests: ['packages/storage/test/journal-astray.test.ts']
  },
  {
    name: 'full-journal-stays-closed',
    says: 'Checkpoints end as soon as the journal is below its limit, though the door opens at three quarters only.',
    changes: [
      {
        file: 'packages/storage/src/local/local-engine.ts',
        find: `isPressed: () => this.#admission.isClosedBy('journal'),`,
        instead: 'isPressed: () => this.#files.liveBytes >= limits.journalBytesMax,'
      }
    ],
    tests: ['packages/storage/test/journal-pressure.test.ts']
  },
  {
    name: 'stable-offset-too-high',
    says: 'A transaction whose marker is on its way to the disk no longer holds the last stable offset back.',
    changes: [
      {
        file: 'packages/storage/src/partition/transactions.ts',
        find: 'return Math.min(this.#firstOpen() ?? Number.POSITIVE_INFINITY, this.#endingFrom)',
        instead: 'return this.#firstOpen() ?? Number.POSITIVE_INFINITY'
      }
    ],
    tests: ['packages/storage/src/local/local-storage.test.ts']
  },
  {
    name: 'aborted-transaction-forgotten',
    says: 'A start forgets the aborted transactions of the checkpoint, whose markers are not in segments yet.',
    changes: [
      {
        file: 'packages/storage/src/partition/producer-memory.ts',
        find: 'log.transactions.restoreAborted(noted.aborted ?? [])',
        instead: ''
      }
    ],
    tests: [
      'packages/storage/test/transactions-crash.test.ts',
      'packages/storage/test/transactions-model.test.ts'
    ]
  },
  {
    name: 'open-transaction-forgotten',
    says: 'A start takes producers up, but not the transactions that they have open.',
    changes: [
      {
        file: 'packages/storage/src/partition/producer-memory.ts',
        find: 'log.transactions.open(producerId, transactionFirstOffset)',
        instead: ''
      }
    ],
    tests: ['packages/storage/src/local/local-storage.test.ts']
  },
  {
    name: 'fenced-epoch-let-in',
    says: 'An older epoch of a producer may go on writing after a newer one has begun.',
    changes: [
      {
        file: 'packages/storage/src/partition/producer-state.ts',
        find: 'if (entry !== undefined && header.producerEpoch < entry.epoch) return FENCED',
        instead: 'if (entry !== undefined && header.producerEpoch < 0) return FENCED'
      }
    ],
    tests: ['packages/storage/src/local/local-storage.test.ts']
  },
  {
    name: 'aborted-index-not-rebuilt',
    says: 'A transaction index that is built anew holds nothing of what lies in the segment.',
    changes: [
      {
        file: 'packages/storage/src/segments/transaction-rebuild.ts',
        find: 'built.append(entry)',
        instead: ''
      }
    ],
    tests: ['packages/storage/src/segments/transaction-index.test.ts']
  },
  ...compactionMistakes,
  ...transactionMistakes,
  {
    name: 'epoch-not-raised',
    says: 'The end of a transaction leaves the epoch of its producer as it is, so that late requests pass for new ones.',
    changes: [
      {
        file: 'packages/broker/src/transactions/end.ts',
        find: 'producerEpoch: Math.min(transaction.producerEpoch + 1, PRODUCER_EPOCH_MAX),',
        instead: 'producerEpoch: Math.min(transaction.producerEpoch, PRODUCER_EPOCH_MAX),'
      }
    ],
    tests: [
      'packages/broker/src/transactions/machine.test.ts',
      'packages/broker/test/transactions/transaction.test.ts'
    ]
  },
  {
    name: 'marker-lost',
    says: 'A transaction counts as ended although only the first of its partitions got a marker.',
    changes: [
      {
        file: 'packages/broker/src/transactions/marker-writer.ts',
        find: 'const appended = batches.length === 0 ? [] : await storage.log.append(batches)',
        instead: `const one = batches.length === 0 ? [] : await storage.log.append(batches.slice(0, 1))
    const appended = batches.map(() => one[0])`
      }
    ],
    tests: ['packages/broker/test/transactions/transaction.test.ts']
  },
  {
    name: 'next-journal-file-not-told',
    says: 'A journal file does not say that there is a next one, so that a missing one is taken for the end.',
    changes: [
      {
        file: 'packages/storage/src/journal/journal-writer.ts',
        find: 'await this.#pointTo(generation)',
        instead: ''
      }
    ],
    tests: ['packages/storage/test/journal-missing.test.ts']
  },
  {
    name: 'begun-journal-file-not-told',
    says: 'A journal file that a start has begun is named in no other file, so that nobody misses it.',
    changes: [
      {
        file: 'packages/storage/src/journal/journal-writer.ts',
        find: 'const found = this.#options.end.newest',
        instead: "const found = undefined as JournalEnd['newest']"
      }
    ],
    tests: ['packages/storage/test/journal-missing.test.ts']
  },
  {
    name: 'note-of-durable-position-ignored',
    says: 'A start does not ask up to where the journal was durable, so that a newest file that was cut short passes for whole.',
    changes: [
      {
        file: 'packages/storage/src/local/local-engine.ts',
        find: 'const noted = await readDurableNote(this.#notePlace)',
        instead: 'const noted = Math.min(0, await readDurableNote(this.#notePlace))'
      }
    ],
    tests: ['packages/storage/test/journal-note.test.ts']
  },
  {
    name: 'folder-synced-again',
    says: 'A sync of the journal folder that failed is tried again, and believed.',
    changes: [
      {
        file: 'packages/storage/src/journal/journal-files.ts',
        find: 'if (!isPassing(error)) throw error',
        instead: 'if (error === undefined) throw error'
      }
    ],
    tests: ['packages/storage/test/journal-prepare.test.ts']
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
  }
]
