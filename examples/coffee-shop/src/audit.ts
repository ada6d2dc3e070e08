// What must be true of the shop whatever was killed: every order that was accepted has been served, each exactly once,
// and the board is what a rebuild from the beginning of the log comes to.
import { rebuildBoard } from './board/rebuild.ts'
import { until } from './customer.ts'
import type { ServiceName } from './shop/credentials.ts'

export interface Books {
  readonly bootstrap: string
  query(service: ServiceName, sql: string): Promise<ReadonlyArray<Readonly<Record<string, unknown>>>>
}

export interface Audit {
  readonly orders: number
  readonly problems: readonly string[]
}

const PROBLEMS_SHOWN_MAX = 10

/** Resolves when everything that was ordered is ready everywhere. */
export async function settled(books: Books, timeoutMs: number): Promise<void> {
  const count = async (service: ServiceName, sql: string): Promise<number> =>
    Number((await books.query(service, sql))[0]?.['count'])
  await until(async () => {
    try {
      const orders = await count('order-taker', 'select count(*) from orders')
      const open = await count('order-taker', "select count(*) from orders where status <> 'ready'")
      const ready = await count('board', "select count(*) from board where status = 'ready'")
      const stamps = await count('loyalty', 'select coalesce(sum(count), 0) as count from stamps')
      return open === 0 && ready >= orders && stamps >= orders
    } catch {
      // A database that was just killed.
      return false
    }
  }, timeoutMs)
}

export async function audit(books: Books, accepted: readonly string[]): Promise<Audit> {
  const orders = new Set(await column(books, 'order-taker', 'select order_id from orders'))
  const made = await column(books, 'barista', 'select order_id from coffees')
  const [stamps] = await books.query('loyalty', 'select coalesce(sum(count), 0) as count from stamps')
  const times = new Map<string, number>()
  for (const orderId of made) times.set(orderId, (times.get(orderId) ?? 0) + 1)
  const problems = [
    ...accepted
      .filter((id) => !orders.has(id))
      .map((id) => `${id} was accepted and is not in the order taker's database`),
    ...[...orders].filter((id) => !times.has(id)).map((id) => `${id} was ordered and never made`),
    ...[...times].filter(([, count]) => count > 1).map(([id, count]) => `${id} was made ${count} times`),
    ...made.filter((id) => !orders.has(id)).map((id) => `${id} was made and never ordered`),
    ...(Number(stamps?.['count']) === orders.size
      ? []
      : [`${Number(stamps?.['count'])} stamps for ${orders.size} orders`]),
    ...(await boardProblems(books, orders.size))
  ]
  return { orders: orders.size, problems: problems.slice(0, PROBLEMS_SHOWN_MAX) }
}

async function boardProblems(books: Books, orderCount: number): Promise<readonly string[]> {
  const rebuilt = await rebuildBoard(books.bootstrap)
  const rows = await books.query('board', 'select order_id, status, drink, customer from board')
  const differing = rows.filter((row) => {
    const twin = rebuilt.get(String(row['order_id']))
    if (twin === undefined) return true
    return twin.status !== row['status'] || twin.drink !== row['drink'] || twin.customer !== row['customer']
  })
  return [
    ...(rows.length === rebuilt.size
      ? []
      : [`the board has ${rows.length} orders, its rebuild ${rebuilt.size}`]),
    ...(rows.length === orderCount ? [] : [`the board has ${rows.length} orders of ${orderCount}`]),
    ...differing.map((row) => `the board says ${JSON.stringify(row)}, its rebuild does not`)
  ]
}

async function column(books: Books, service: ServiceName, sql: string): Promise<readonly string[]> {
  return (await books.query(service, sql)).map((row) => String(row['order_id']))
}
