/** Remembers which events a group has taken, in the transaction that takes them: a repetition has no second effect. */
import type { Database, Inbox, Transaction } from '../ports.ts'
import { PRUNE_ROWS_MAX } from './limits.ts'

export class PostgresInbox implements Inbox {
  async mark(
    transaction: Transaction,
    { group, eventId }: { readonly group: string; readonly eventId: string }
  ): Promise<boolean> {
    // Waits for another transaction that is about to take the same event, and then sees its mark.
    const rows = await transaction.query(
      'insert into naru.inbox (consumer, event_id) values ($1, $2) on conflict do nothing returning 1',
      [group, eventId]
    )
    return rows.length === 1
  }
}

/** Forgets what is older; resolves to the number of marks that are gone. */
export async function pruneInbox(database: Database, keepMs: number): Promise<number> {
  for (let total = 0; ;) {
    const rows = await database.query(
      `delete from naru.inbox where ctid = any (array(
         select ctid from naru.inbox where seen_at < now() - $1::float8 * interval '1 millisecond' limit $2))
       returning 1`,
      [keepMs, PRUNE_ROWS_MAX]
    )
    total += rows.length
    if (rows.length < PRUNE_ROWS_MAX) return total
  }
}
