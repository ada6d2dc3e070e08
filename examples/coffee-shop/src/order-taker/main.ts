// Takes orders over HTTP. An order and the event about it are one transaction: both are there, or neither is. What has
// become of an order it learns from the events of others.
import { randomUUID } from 'node:crypto'
import { defineService } from '@naru/service'
import { z } from 'zod'
import { DRINKS, coffeeReady, coffeeStarted, orderPlaced } from '../events.ts'
import { Problem, checked, createServer, listen } from '../http.ts'
import { COMMON, openStore, runUntilStopped, setting } from '../process.ts'
import { serveWeb } from './web.ts'

const MIGRATIONS = [
  `create table orders (
     order_id text primary key,
     drink text not null,
     customer text not null,
     status text not null check (status in ('placed', 'brewing', 'ready')),
     placed_at timestamptz not null default now()
   )`
]
const CONNECTIONS_MAX = 20
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const newOrder = z.object({ drink: z.enum(DRINKS), customer: z.string().trim().min(1).max(80) })

interface OrderRow {
  readonly order_id: string
  readonly drink: string
  readonly customer: string
  readonly status: string
  readonly placed_at: Date
}

const store = openStore(MIGRATIONS, CONNECTIONS_MAX)
const service = defineService({
  ...COMMON,
  name: 'order-taker',
  store,
  concurrency: CONNECTIONS_MAX - 8,
  publishes: [orderPlaced]
})

service.on(coffeeStarted, async ({ orderId }, { db }) => {
  await db.query("update orders set status = 'brewing' where order_id = $1 and status = 'placed'", [orderId])
})
service.on(coffeeReady, async ({ orderId }, { db }) => {
  await db.query("update orders set status = 'ready' where order_id = $1", [orderId])
})

const server = createServer()
await serveWeb(server)

server.post('/orders', async (request, reply) => {
  const { drink, customer } = checked(newOrder, request.body)
  const orderId = randomUUID()
  await service.transaction(async ({ db, publish }) => {
    await db.query("insert into orders (order_id, drink, customer, status) values ($1, $2, $3, 'placed')", [
      orderId,
      drink,
      customer
    ])
    await publish(orderPlaced, { orderId, drink, customer })
  })
  return reply.code(202).header('location', `/orders/${orderId}`).send({ orderId })
})

server.get<{ Params: { readonly orderId: string } }>('/orders/:orderId', async (request) => {
  const { orderId } = request.params
  const rows = UUID.test(orderId)
    ? await store.database.query<OrderRow>('select * from orders where order_id = $1', [orderId])
    : []
  const [order] = rows
  if (order === undefined)
    throw new Problem(404, 'unknown-order', `there is no order ${orderId}`, { orderId })
  const { drink, customer, status, placed_at: placedAt } = order
  return { orderId, status, drink, customer, placedAt: placedAt.toISOString() }
})

await service.start()
const address = await listen(server, Number(setting('PORT')))
runUntilStopped(
  async () => {
    await server.close()
    await service.stop()
  },
  { address, ended: service.ended }
)
