/** What the errors of transactions mean for a producer. */
import { ErrorCode } from '@naru/protocol'
import type { SimClient } from './sim-client.ts'

/** Nothing came of it yet, or nobody knows. */
const passing: ReadonlySet<number | undefined> = new Set<number | undefined>([
  undefined,
  ErrorCode.CONCURRENT_TRANSACTIONS,
  ErrorCode.NOT_COORDINATOR,
  ErrorCode.COORDINATOR_NOT_AVAILABLE,
  ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
  ErrorCode.KAFKA_STORAGE_ERROR,
  ErrorCode.NOT_ENOUGH_REPLICAS,
  ErrorCode.REQUEST_TIMED_OUT
])

/** The producer was fenced, or its transaction was ended without it: it has to begin anew. */
const final: ReadonlySet<number> = new Set<number>([
  ErrorCode.PRODUCER_FENCED,
  ErrorCode.INVALID_PRODUCER_EPOCH,
  ErrorCode.INVALID_TXN_STATE,
  ErrorCode.INVALID_PRODUCER_ID_MAPPING,
  ErrorCode.TRANSACTION_ABORTABLE
])

export function judgeAnswer(
  client: SimClient,
  what: string,
  code: number | undefined
): 'done' | 'again' | 'lost' {
  if (code === ErrorCode.NONE) return 'done'
  const { host, stopping } = client.world
  // Where the disk has lost the end of the coordinator's log, nobody may answer for the id any more.
  if (host.rotten && (stopping || !passing.has(code))) return 'lost'
  if (passing.has(code)) return 'again'
  if (code !== undefined && final.has(code)) return 'lost'
  throw new Error(`${client.name}: ${what} was answered with error ${code}`)
}
