/**
 * Places at which a test may stop the engine, let it fail or crash: before and after each step that changes
 * the disk. Without a hook they cost one comparison.
 */
export const FAILPOINTS = [
  'journal-write',
  'journal-written',
  'journal-sync',
  'journal-synced',
  'journal-void',
  'journal-voided',
  'journal-create',
  'journal-recycle',
  'journal-recycled',
  'journal-rescue',
  'journal-rescued',
  'write-out',
  'written-out',
  'carry-forward',
  'checkpoint-segments',
  'checkpoint-write',
  'checkpoint-sync',
  'checkpoint-rename',
  'checkpoint-renamed',
  'checkpoint-done',
  'topic-rename',
  'topic-renamed',
  'topic-delete',
  'snapshot-write',
  'snapshot-rename',
  'snapshot-renamed',
  'format-write',
  'format-rename',
  'quarantine-write',
  'segment-write',
  'segment-written',
  'segment-roll',
  'segment-sync',
  'segment-synced',
  'segment-drop',
  'segment-rebuild',
  'compaction-write',
  'compaction-written',
  'compaction-sync',
  'compaction-synced',
  'compaction-swap',
  'compaction-aside',
  'compaction-swapped',
  'compaction-purge'
] as const

export type FailpointName = (typeof FAILPOINTS)[number]

/** Throws or rejects to let the step fail; never resolves to stop there. */
export type Failpoint = (name: FailpointName) => void | Promise<void>
