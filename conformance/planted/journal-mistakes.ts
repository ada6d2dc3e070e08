/** Mistakes of the journal: what is written, synced, named and read back at a start. */
import type { Mistake } from './mistake.ts'

export const journalMistakes: readonly Mistake[] = [
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
        file: 'packages/storage/src/local/running-parts.ts',
        find: `isPressed: () => admission.isClosedBy('journal'),`,
        instead: 'isPressed: () => context.files.liveBytes >= context.limits.journalBytesMax,'
      }
    ],
    tests: ['packages/storage/test/journal-pressure.test.ts']
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
    name: 'note-left-to-the-page-cache',
    says: 'Where a full disk has no room for the marker behind the last group, the note is not synced in its place.',
    changes: [
      {
        file: 'packages/storage/src/journal/journal.ts',
        find: 'if (failed && this.#broken === undefined) this.#options.note?.keep(this.position)',
        instead: ''
      }
    ],
    tests: ['packages/storage/test/journal-note.test.ts']
  },
  {
    name: 'refused-write-believed',
    says: 'A write that failed for want of space is believed to have written nothing.',
    changes: [
      {
        file: 'packages/storage/src/journal/journal-writer.ts',
        find: 'if (await this.#hasFrameSince(firstSequence, open)) throw new JournalBroken(error)',
        instead: ''
      }
    ],
    tests: ['packages/storage/test/refused-group.test.ts']
  },
  {
    name: 'refused-group-comes-back',
    says: 'A group that was refused on a full disk is not made void.',
    changes: [
      {
        file: 'packages/storage/src/journal/journal-writer.ts',
        find: 'if (isPassing(error)) await this.#abandon(open, firstSequence)',
        instead: ''
      }
    ],
    tests: ['packages/storage/test/refused-group.test.ts']
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
  }
]
