// Customers who come at a steady rate, whatever the shop does: a slow answer does not make the next one come later, so
// that waiting shows in the figures.
import { setTimeout as sleep } from 'node:timers/promises'
import { DRINKS } from './events.ts'
import { post } from './customer.ts'

export interface LoadOptions {
  readonly orders: string
  readonly perSecond: number
  /** Ends the load; what is under way is still waited for. */
  readonly signal: AbortSignal
  readonly timeoutMs?: number
}

export interface LoadResult {
  /** Ids of the orders that the shop has accepted. */
  readonly accepted: readonly string[]
  /** Refused, or without an answer. */
  readonly failed: number
  /** Of every order, also of those that failed. */
  readonly latenciesMs: readonly number[]
}

const TICK_MS = 10
const UNANSWERED_MAX = 5_000

export async function load(options: LoadOptions): Promise<LoadResult> {
  const { orders, perSecond, signal, timeoutMs = 10_000 } = options
  const result = { accepted: [] as string[], failed: 0, latenciesMs: [] as number[] }
  const underWay = new Set<Promise<void>>()
  const begun = performance.now()
  for (let count = 0; !signal.aborted;) {
    const due = ((performance.now() - begun) / 1_000) * perSecond
    for (; count < due && underWay.size < UNANSWERED_MAX; count++) {
      const one = order(`${orders}/orders`, count, timeoutMs, result).finally(() => underWay.delete(one))
      underWay.add(one)
    }
    await sleep(TICK_MS)
  }
  await Promise.all(underWay)
  return result
}

async function order(
  url: string,
  count: number,
  timeoutMs: number,
  result: { readonly accepted: string[]; failed: number; readonly latenciesMs: number[] }
): Promise<void> {
  const begun = performance.now()
  try {
    const drink = DRINKS[count % DRINKS.length]
    const { status, body } = await post(url, { drink, customer: `customer ${count % 50}` }, timeoutMs)
    if (status < 300) result.accepted.push(String(body['orderId']))
    else result.failed += 1
  } catch {
    result.failed += 1
  }
  result.latenciesMs.push(performance.now() - begun)
}

/** The value below which the given share lies; undefined of nothing. */
export function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = values.toSorted((left, right) => left - right)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}
