// Our verdicts on record batches against those of Apache Kafka's own log, for thousands of mutated batches.
//
// Whatever Kafka refuses we refuse, with the same error unless the table below says otherwise; what we refuse and
// Kafka takes is in the table too. Batches that both take have the same largest timestamp.

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  batchHeaderBytes,
  CompressionError,
  compressionOf,
  decompressSync,
  errorName,
  TimestampType,
  validateProduceRecords,
  validateRecords,
  type BatchRules
} from '@naru/protocol'
import { kafkaClasspath, loggingOptions } from '../kafka/jars.ts'
import { runOrThrow } from '../process.ts'
import { mutatedBatches, type MutatedBatch, type Topic } from './mutated-batches.ts'

const seed = Number(process.env['NARU_SEED'] ?? 1)
const count = 2500
const batchBytesMax = 2000
/** Fixed, so that a seed gives the same bytes every time. */
const recordTime = 1_700_000_000_000

interface Verdict {
  readonly error: string
  readonly detail: string
}

interface Difference {
  readonly ours: RegExp
  readonly kafka: RegExp
  readonly detail: RegExp
  readonly reason: string
}

const differences: readonly Difference[] = [
  {
    ours: /^(?!NONE)/,
    kafka: /^UNKNOWN_SERVER_ERROR$/,
    detail: /./,
    reason: 'Kafka trips over these bytes with an exception of its own; we name what is wrong'
  },
  {
    ours: /^CORRUPT_MESSAGE$/,
    kafka: /^INVALID_RECORD$/,
    detail: /damaged/,
    reason: 'Kafka reads records while it inflates and may stumble over one before the damage is seen'
  },
  {
    ours: /^INVALID_RECORD$/,
    kafka: /^(NONE|INVALID_TIMESTAMP|INVALID_PRODUCER_EPOCH|OUT_OF_ORDER_SEQUENCE_NUMBER)$/,
    detail: /no producer id|has offset delta|epoch -?\d+ and sequence/,
    reason: 'stricter: such a batch makes no sense to readers, and no client sends it'
  },
  {
    ours: /^INVALID_RECORD$/,
    kafka: /^(NONE|INVALID_PRODUCER_EPOCH|OUT_OF_ORDER_SEQUENCE_NUMBER)$/,
    detail: /longer than its|do not add up|left after|number of headers|varint/,
    reason: 'stricter: Kafka does not compare the lengths inside compressed records'
  },
  {
    ours: /^INVALID_TIMESTAMP$/,
    kafka: /./,
    detail: /out of range/,
    reason: 'stricter: a timestamp has to be a safe integer'
  },
  {
    ours: /^NONE$/,
    kafka: /^(INVALID_PRODUCER_EPOCH|OUT_OF_ORDER_SEQUENCE_NUMBER)$/,
    detail: /./,
    reason: 'the log decides about producers, not the check of the bytes'
  }
]

function rulesOf(topic: Topic, now: number): BatchRules {
  return {
    batchBytesMax,
    timestampType: topic === 'log-append-time' ? TimestampType.logAppendTime : TimestampType.createTime,
    timestampMsMin: Number.NEGATIVE_INFINITY,
    timestampMsMax: now + 3_600_000,
    keyRequired: topic === 'compact'
  }
}

function ourVerdict({ topic, bytes }: MutatedBatch, now: number): Verdict {
  const rules = rulesOf(topic, now)
  const verdict = validateProduceRecords(bytes, rules)
  if (verdict.kind === 'invalid') return { error: errorName(verdict.error), detail: verdict.message }
  if (verdict.maxTimestamp !== undefined) return { error: 'NONE', detail: `${verdict.maxTimestamp}` }
  const { header } = verdict
  try {
    const compressed = bytes.subarray(batchHeaderBytes, header.sizeInBytes)
    const payload = decompressSync(compressionOf(header.attributes), compressed)
    const records = validateRecords(payload, header, rules)
    if (records.kind === 'invalid') return { error: errorName(records.error), detail: records.message }
    return { error: 'NONE', detail: `${records.maxTimestamp}` }
  } catch (error) {
    if (error instanceof CompressionError) return { error: error.code, detail: error.message }
    throw error
  }
}

async function kafkaVerdicts(batches: readonly MutatedBatch[]): Promise<Verdict[]> {
  const folder = await mkdtemp(join(tmpdir(), 'naru-verdicts-'))
  try {
    const input = batches.map(({ topic, bytes }) => `${topic} ${bytes.toString('hex')}\n`).join('')
    const source = join(import.meta.dirname, 'java', 'Verdicts.java')
    const args = [...loggingOptions('OFF'), '-cp', await kafkaClasspath(), source, folder, `${batchBytesMax}`]
    const { stdout } = await runOrThrow('java', args, { input })
    return stdout
      .trim()
      .split('\n')
      .map((line) => ({ error: line.split(' ')[0]!, detail: line.split(' ')[1] ?? '' }))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function isAllowed(ours: Verdict, kafka: Verdict): boolean {
  return differences.some(
    (one) => one.ours.test(ours.error) && one.kafka.test(kafka.error) && one.detail.test(ours.detail)
  )
}

test('mutated batches get the verdicts of Kafka’s log', async () => {
  const now = Date.now()
  const batches = mutatedBatches(seed, count, recordTime)
  const theirs = await kafkaVerdicts(batches)
  assert.equal(theirs.length, batches.length)
  const surprises = batches.flatMap((batch, index) => {
    const ours = ourVerdict(batch, now)
    const kafka = theirs[index]!
    const isEqual = ours.error === kafka.error && (!hasTimestamp(batch, ours) || ours.detail === kafka.detail)
    if (isEqual || isAllowed(ours, kafka)) return []
    return [{ seed, topic: batch.topic, ours, kafka, bytes: batch.bytes.toString('hex') }]
  })
  assert.deepEqual(surprises, [])
})

/** With LogAppendTime Kafka answers with its own clock. */
function hasTimestamp({ topic }: MutatedBatch, ours: Verdict): boolean {
  return ours.error === 'NONE' && topic !== 'log-append-time'
}
