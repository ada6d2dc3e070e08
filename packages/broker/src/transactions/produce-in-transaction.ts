/** The transactional path of Produce: batches of a transaction are appended when the coordinator knows their partitions. */
import { ErrorCode, isTransactional } from '@naru/protocol'
import type { AppendBatch, AppendResult } from '@naru/storage'
import type { BrokerContext } from '../context.ts'
import { guardWrites, type WriteGuard, type WriteVersion } from './write-guards.ts'

/** What became of a batch; `refused` when the check before it failed. */
export type ProduceOutcome =
  | AppendResult
  | { readonly kind: 'refused'; readonly error: ErrorCode; readonly message: string | null }

const ABORTABLE_FROM = 11
const ADDS_FROM = 12

export function hasTransactional(batches: readonly AppendBatch[]): boolean {
  return batches.some(({ header }) => isTransactional(header.attributes))
}

/** Why the request as a whole is refused. */
export function transactionalProblem(
  transactionalId: string | null,
  batches: readonly AppendBatch[]
): ErrorCode | undefined {
  const transactional = batches.filter(({ header }) => isTransactional(header.attributes))
  const first = transactional[0]?.header
  if (first === undefined) return undefined
  if (transactionalId === null) return ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED
  const isOfOne = transactional.every(
    ({ header }) => header.producerId === first.producerId && header.producerEpoch === first.producerEpoch
  )
  return isOfOne ? undefined : ErrorCode.INVALID_PRODUCER_ID_MAPPING
}

/** Appends batches of which at least one is of a transaction; the outcomes stand in their order. */
export async function appendInTransaction(
  broker: BrokerContext,
  request: { readonly transactionalId: string; readonly version: number },
  batches: readonly AppendBatch[]
): Promise<readonly ProduceOutcome[]> {
  const transactional = batches.filter(({ header }) => isTransactional(header.attributes))
  const { producerId = -1, producerEpoch = -1 } = transactional[0]?.header ?? {}
  const version = writeVersion(request.version)
  const { transactionalId } = request
  const writes = transactional.map(({ topicId, partition, header }) => ({
    topicId,
    topic: broker.topics.byId(topicId)?.name ?? '',
    partition,
    baseSequence: header.baseSequence
  }))
  const begin = (guards: readonly WriteGuard[]): Begun => beginAppend(broker, batches, transactional, guards)
  const begun = await broker.producerOrder.run(producerId, () => {
    const guards = guardWrites(broker, { transactionalId, producerId, producerEpoch, version, writes })
    return guards instanceof Promise ? guards.then(begin) : begin(guards)
  })
  return outcomes(batches, begun, version)
}

/** Wrapped, so that whoever waits for the start does not wait for the log. */
interface Begun {
  readonly refused: ReadonlyMap<AppendBatch, ErrorCode>
  readonly appended: Promise<readonly AppendResult[]>
}

function beginAppend(
  broker: BrokerContext,
  batches: readonly AppendBatch[],
  transactional: readonly AppendBatch[],
  guards: readonly WriteGuard[]
): Begun {
  const refused = new Map<AppendBatch, ErrorCode>()
  const allowed: AppendBatch[] = []
  const guardOf = new Map(transactional.map((batch, at) => [batch, guards[at]]))
  for (const batch of batches) {
    const guard = guardOf.get(batch)
    if (guard?.kind === 'refused') refused.set(batch, guard.error)
    else allowed.push(guard === undefined ? batch : { ...batch, transactionGuard: guard.guard })
  }
  return {
    refused,
    appended: allowed.length === 0 ? Promise.resolve([]) : broker.storage.log.append(allowed)
  }
}

async function outcomes(
  batches: readonly AppendBatch[],
  { refused, appended }: Begun,
  version: WriteVersion
): Promise<readonly ProduceOutcome[]> {
  const results = await appended
  let next = 0
  return batches.map((batch) => {
    const error = refused.get(batch)
    if (error !== undefined) return refusal(error, version)
    return results[next++] ?? refusal(ErrorCode.UNKNOWN_SERVER_ERROR, version)
  })
}

/** Older clients do not try again after errors of a coordinator: they are told one after which they do. */
function refusal(error: ErrorCode, version: WriteVersion): ProduceOutcome {
  switch (error) {
    case ErrorCode.CONCURRENT_TRANSACTIONS:
      if (version === 'adds') break
      return { kind: 'refused', error: ErrorCode.NOT_ENOUGH_REPLICAS, message: NOT_VERIFIED }
    case ErrorCode.COORDINATOR_LOAD_IN_PROGRESS:
    case ErrorCode.COORDINATOR_NOT_AVAILABLE:
    case ErrorCode.NOT_COORDINATOR:
      return { kind: 'refused', error: ErrorCode.NOT_ENOUGH_REPLICAS, message: NOT_VERIFIED }
    case ErrorCode.INVALID_TXN_STATE:
      return { kind: 'refused', error, message: 'the partition was not added to the transaction' }
    default:
  }
  return { kind: 'refused', error, message: null }
}

const NOT_VERIFIED = 'the coordinator could not be asked whether the partition is in the transaction'

function writeVersion(version: number): WriteVersion {
  if (version >= ADDS_FROM) return 'adds'
  return version >= ABORTABLE_FROM ? 'knows-abortable' : 'oldest'
}
