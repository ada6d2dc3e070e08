// The barista of the synchronous variant: called over HTTP, answers when the coffee is ready.
import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'pg'
import { z } from 'zod'
import { checked, createServer, listen } from '../http.ts'
import { runUntilStopped, setting } from '../process.ts'

const coffee = z.object({ orderId: z.string(), drink: z.string() })

const brewMs = Number(process.env['BREW_MS'] ?? 100)
const pool = new Pool({ connectionString: setting('DATABASE_URL') })
pool.on('error', () => undefined)
await pool.query('create table if not exists synchronous_coffees (order_id text, drink text)')

const server = createServer()
server.post('/coffees', async (request, reply) => {
  const { orderId, drink } = checked(coffee, request.body)
  await sleep(brewMs)
  await pool.query('insert into synchronous_coffees values ($1, $2)', [orderId, drink])
  return reply.code(201).send({ orderId, status: 'ready' })
})

const address = await listen(server, Number(setting('PORT')))
runUntilStopped(() => server.close(), { address })
