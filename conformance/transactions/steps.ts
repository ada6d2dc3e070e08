/** The steps that a transaction takes in the log, by name: each of them is a place where a broker may die. */
import { Reader } from '@naru/base'
import { isControl, isTransactional, readRecordsSync, type BatchHeader } from '@naru/protocol'
import { TRANSACTION_LOG } from '@naru/protocol/internal-records/transaction-log'

/** In the order of Kafka's numbers for the status of a transaction. */
const STATUS_STEPS = [
  'empty',
  'ongoing',
  'prepare-commit',
  'prepare-abort',
  'complete-commit',
  'complete-abort'
] as const

export const STEPS = [...STATUS_STEPS, 'records', 'marker', 'offsets', 'marker-of-offsets'] as const
export type StepName = (typeof STEPS)[number]

/** Before the log is asked, while it writes, and when it is durable and nobody has been told. */
export const MOMENTS = ['before', 'during', 'durable'] as const
export type Moment = (typeof MOMENTS)[number]

const GROUP_TOPIC = '__consumer_offsets'
const TRANSACTION_TOPIC = '__transaction_state'

/** What a batch is in the life of a transaction; undefined when it has nothing to do with one. */
export function stepOf(
  topic: string,
  { bytes, header }: { readonly bytes: Uint8Array; readonly header: BatchHeader }
): StepName | undefined {
  if (topic === TRANSACTION_TOPIC) return statusOf(bytes)
  if (!isTransactional(header.attributes)) return undefined
  const isOfGroup = topic === GROUP_TOPIC
  if (isControl(header.attributes)) return isOfGroup ? 'marker-of-offsets' : 'marker'
  return isOfGroup ? 'offsets' : 'records'
}

/** The last status in the batch: later ones count. */
function statusOf(bytes: Uint8Array): StepName | undefined {
  let found: StepName | undefined
  for (const { value } of readRecordsSync(bytes, 0)) {
    if (value === null) continue
    const reader = new Reader(value)
    const { transactionStatus } = TRANSACTION_LOG.value.read(reader, reader.int16())
    found = STATUS_STEPS[transactionStatus] ?? found
  }
  return found
}
