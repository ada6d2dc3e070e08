/**
 * What comes before the first write of a transaction to a partition (KIP-890): the log gives a guard, then the
 * coordinator adds the partition to the transaction (version 2), or is asked whether the client did so. The guard makes
 * sure that no end of the transaction came in between.
 */
import type { Uuid } from '@naru/base'
import { ErrorCode } from '@naru/protocol'
import type { TransactionGuard } from '@naru/storage'
import type { BrokerContext } from '../context.ts'
import type { PartitionError } from './results.ts'
import type { TransactionService } from './service.ts'
import { lazyTransactionsOf } from './lazy-transactions.ts'

/** What a client of this version expects of its broker, and which errors it knows. */
export type WriteVersion = 'adds' | 'knows-abortable' | 'oldest'

export interface TransactionalWrite {
  readonly topicId: Uuid
  readonly topic: string
  readonly partition: number
  /** -1 for a coordinator's. */
  readonly baseSequence: number
}

export interface TransactionalWrites {
  readonly transactionalId: string
  readonly producerId: number
  readonly producerEpoch: number
  readonly version: WriteVersion
  readonly writes: readonly TransactionalWrite[]
}

export type WriteGuard =
  | { readonly kind: 'allowed'; readonly guard: TransactionGuard | 'unguarded' | undefined }
  | { readonly kind: 'refused'; readonly error: ErrorCode }

/** One answer for each write, in their order; at once when the log knows all the transactions. */
export function guardWrites(
  broker: BrokerContext,
  request: TransactionalWrites
): readonly WriteGuard[] | Promise<readonly WriteGuard[]> {
  const guards = request.writes.map((write) => guardOf(broker, request, write))
  const isChecked = guards.every((guard) => guard.kind !== 'allowed' || typeof guard.guard !== 'number')
  return isChecked ? guards : askCoordinator(broker, request, guards)
}

function guardOf(broker: BrokerContext, request: TransactionalWrites, write: TransactionalWrite): WriteGuard {
  const { producerId, producerEpoch, version } = request
  const isAdding = version === 'adds'
  if (!isAdding && broker.config.value('transaction.partition.verification.enable') === 'false') {
    return { kind: 'allowed', guard: 'unguarded' }
  }
  const { topicId, partition, baseSequence } = write
  const transactionVersion = isAdding ? 2 : 1
  const check = { topicId, partition, producerId, producerEpoch, baseSequence, transactionVersion } as const
  const result = broker.storage.log.transactionGuard(check)
  switch (result.kind) {
    case 'ongoing':
      return { kind: 'allowed', guard: undefined }
    case 'verify':
      return { kind: 'allowed', guard: result.guard }
    case 'fenced':
      return { kind: 'refused', error: ErrorCode.INVALID_PRODUCER_EPOCH }
    case 'unknown-partition':
      return { kind: 'refused', error: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION }
  }
}

async function askCoordinator(
  broker: BrokerContext,
  request: TransactionalWrites,
  guards: readonly WriteGuard[]
): Promise<readonly WriteGuard[]> {
  const asked = request.writes.filter((_, at) => {
    const guard = guards[at]
    return guard?.kind === 'allowed' && typeof guard.guard === 'number'
  })
  const errors = await addOrVerify(await lazyTransactionsOf(broker), request, asked)
  const byPlace = new Map(errors.map(({ topic, partition, error }) => [`${topic}-${partition}`, error]))
  return guards.map((guard, at) => {
    const write = request.writes[at]
    const error = byPlace.get(`${write?.topic}-${write?.partition}`) ?? ErrorCode.NONE
    // What the log has refused before stays refused, and what it knew was not asked.
    if (error === ErrorCode.NONE || guard.kind === 'refused') return guard
    return { kind: 'refused', error: writeError(error, request.version) }
  })
}

async function addOrVerify(
  service: TransactionService,
  { transactionalId, producerId, producerEpoch, version }: TransactionalWrites,
  writes: readonly TransactionalWrite[]
): Promise<readonly PartitionError[]> {
  const partitions = new Map<string, Set<number>>()
  for (const { topic, partition } of writes) {
    partitions.set(topic, (partitions.get(topic) ?? new Set<number>()).add(partition))
  }
  const command = { transactionalId, producerId, producerEpoch, partitions }
  if (version !== 'adds') return service.verify(command)
  const error = await service.addPartitions({ ...command, clientVersion: 2, waitsForEnd: true })
  return writes.map(({ topic, partition }) => ({ topic, partition, error }))
}

/** Errors of the coordinator as producers know them. */
function writeError(error: ErrorCode, version: WriteVersion): ErrorCode {
  if (error === ErrorCode.PRODUCER_FENCED) return ErrorCode.INVALID_PRODUCER_EPOCH
  if (error === ErrorCode.TRANSACTION_ABORTABLE && version === 'oldest') return ErrorCode.INVALID_TXN_STATE
  return error
}
