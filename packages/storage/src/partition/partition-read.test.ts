import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Uuid } from '@naru/base'
import { suiteBatch, suiteTopicId } from '../suite/index.ts'
import type { PartitionSegments } from '../segments/index.ts'
import { PartitionLog } from './partition-log.ts'
import type { PartitionHost, TopicLogs } from './partition-host.ts'
import { readPartition } from './partition-read.ts'

it('reads again when compaction exchanges segments between the records and the search for aborted ones', async () => {
  const topicId: Uuid = suiteTopicId()
  const log = new PartitionLog({} as PartitionHost, {} as TopicLogs, 0)
  log.endOffset = 10
  log.highWatermark = 10
  const { bytes } = suiteBatch({ topicId, values: ['before'] })
  const { bytes: cleaned } = suiteBatch({ topicId, values: ['cleaned'] })
  const segments = {
    exchanges: 0,
    endOffset: 10,
    read: () => {
      const chunks = [segments.exchanges === 0 ? bytes : cleaned]
      return Promise.resolve({ kind: 'records', chunks, bytes: 1, nextOffset: 1 })
    },
    abortedTransactions: () => {
      // The entry went with the records that the reader already has.
      segments.exchanges = 1
      return Promise.resolve([])
    }
  }
  log.segments = segments as unknown as PartitionSegments
  const limits = { maxBytes: 1_000, minOneBatch: true }
  const request = { topicId, partition: 0, offset: 0, ...limits, isolation: 'read-committed' } as const
  const result = await readPartition(log, request)
  assert.ok(result.kind === 'records')
  assert.deepEqual(result.chunks, [cleaned])
})
