// The shop inside a Fastify application: it opens with the server and closes with it.
import Fastify, { type FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Config } from './config.ts'
import { Shop } from './shop.ts'

const order = z.object({ drink: z.string().min(1).max(100) })

export async function createFastifyApp(config: Config): Promise<FastifyInstance> {
  const app = Fastify({ forceCloseConnections: true })
  const shop = await Shop.open(config)
  app.addHook('onClose', () => shop.close())
  app.get('/health', () => ({ parts: config.parts, bootstrap: shop.bootstrap }))
  if (!config.parts.includes('till')) return app
  app.post('/orders', async (request, reply) => {
    const { success, data } = order.safeParse(request.body)
    if (!success) return reply.code(400).send({ detail: 'an order names its drink' })
    return reply.code(202).send({ orderId: await shop.place(data.drink) })
  })
  app.get<{ readonly Params: { readonly orderId: string } }>('/orders/:orderId', (request, reply) => {
    const status = shop.status(request.params.orderId)
    if (status === undefined) return reply.code(404).send({ detail: 'there is no such order' })
    return reply.send({ status })
  })
  return app
}
