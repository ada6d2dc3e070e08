/**
 * ListTransactions: the transactional ids that this broker coordinates (KIP-664).
 *
 * - Filters by state and producer id; states that nobody knows come back, and match nothing. From version 1 by how long
 *   the transaction has been open (KIP-994), from version 2 by a regular expression that has to match the whole id: one
 *   that is none is INVALID_REGULAR_EXPRESSION. Expressions are those of RE2, whose time is bounded by their length.
 * - A slot that is loading, or cannot be read, is an error of the whole list.
 */
import { ErrorCode } from '@naru/protocol'
import {
  LIST_TRANSACTIONS,
  type ListTransactionsRequest,
  type ListTransactionsResponse
} from '@naru/protocol/messages/66-list-transactions'
import { RE2JS } from 're2js'
import type { ApiHandler, RequestContext } from '../handler.ts'
import { transactionsOf } from '../transactions/index.ts'
import { PATTERN_LENGTH_MAX } from '../transactions/limits.ts'
import { KNOWN_STATES } from '../transactions/list.ts'

export const handler: ApiHandler<ListTransactionsRequest, ListTransactionsResponse> = {
  message: LIST_TRANSACTIONS,
  permission: 'transactional-id:describe',
  handle
}

async function handle(
  { broker }: RequestContext,
  request: ListTransactionsRequest
): Promise<ListTransactionsResponse> {
  const unknownStateFilters = request.stateFilters.filter((state) => !KNOWN_STATES.has(state))
  const answer = { throttleTimeMs: 0, errorCode: ErrorCode.NONE, unknownStateFilters, transactionStates: [] }
  const pattern = patternOf(request.transactionalIdPattern)
  if (pattern === 'invalid')
    return { ...answer, errorCode: ErrorCode.INVALID_REGULAR_EXPRESSION, unknownStateFilters: [] }
  const { error, transactions } = await transactionsOf(broker).list({
    states: someOf(request.stateFilters),
    producerIds: someOf(request.producerIdFilters),
    durationMs: request.durationFilter,
    matchesId: pattern === undefined ? undefined : (id) => pattern.matches(id)
  })
  return {
    ...answer,
    errorCode: error,
    transactionStates: transactions.map(({ transactionalId, producerId, state }) => ({
      transactionalId,
      producerId,
      transactionState: state
    }))
  }
}

/** An empty list does not filter. */
function someOf<Item>(items: readonly Item[]): ReadonlySet<Item> | undefined {
  return items.length === 0 ? undefined : new Set(items)
}

function patternOf(text: string | null): RE2JS | 'invalid' | undefined {
  if (text === null || text === '') return undefined
  if (text.length > PATTERN_LENGTH_MAX) return 'invalid'
  try {
    return RE2JS.compile(text)
  } catch {
    return 'invalid'
  }
}
