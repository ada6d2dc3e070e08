// The order taker of the synchronous variant: it keeps the customer at the counter until a barista has answered. Without
// baristas it has nothing to say but that it is sorry.
import { randomUUID } from 'node:crypto'
import { Pool } from 'pg'
import { z } from 'zod'
import { DRINKS } from '../events.ts'
import { Problem, checked, createServer, listen } from '../http.ts'
import { runUntilStopped, setting } from '../process.ts'

const CALL_MS_MAX = 2_000

const newOrder = z.object({ drink: z.enum(DRINKS), customer: z.string().trim().min(1).max(80) })

const baristaUrl = setting('BARISTA_URL')
const pool = new Pool({ connectionString: setting('DATABASE_URL') })
pool.on('error', () => undefined)
await pool.query('create table if not exists synchronous_orders (order_id text, drink text, customer text)')

async function callBarista(orderId: string, drink: string): Promise<void> {
  const request = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ orderId, drink }),
    signal: AbortSignal.timeout(CALL_MS_MAX)
  }
  const response = await fetch(`${baristaUrl}/coffees`, request).catch(() => undefined)
  if (response?.ok !== true) throw new Problem(503, 'no-barista', 'no barista has answered; try again')
}

const server = createServer()
server.post('/orders', async (request, reply) => {
  const { drink, customer } = checked(newOrder, request.body)
  const orderId = randomUUID()
  await callBarista(orderId, drink)
  await pool.query('insert into synchronous_orders values ($1, $2, $3)', [orderId, drink, customer])
  return reply.code(201).send({ orderId, status: 'ready' })
})

const address = await listen(server, Number(setting('PORT')))
runUntilStopped(() => server.close(), { address })
