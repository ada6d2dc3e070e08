// What the pick-up board shows of an order, made from events alone. The same function keeps the board up to date and
// makes it anew from the beginning, so that both must come to the same.

export const STATUSES = ['placed', 'brewing', 'ready'] as const
export type Status = (typeof STATUSES)[number]

export interface BoardRow {
  readonly orderId: string
  readonly status: Status
  /** Known once the order's own event has come. */
  readonly drink: string | null
  readonly customer: string | null
}

/** What one event says about an order. */
export interface Change {
  readonly orderId: string
  readonly status: Status
  readonly drink?: string
  readonly customer?: string
}

/**
 * The row after the event. Events of one topic come in order, those of two topics do not, and any may come twice: the
 * furthest status wins, and what is known stays.
 */
export function project(row: BoardRow | undefined, { orderId, status, drink, customer }: Change): BoardRow {
  const before = row ?? { orderId, status, drink: null, customer: null }
  const furthest = STATUSES.indexOf(status) > STATUSES.indexOf(before.status) ? status : before.status
  return {
    orderId,
    status: furthest,
    drink: before.drink ?? drink ?? null,
    customer: before.customer ?? customer ?? null
  }
}
