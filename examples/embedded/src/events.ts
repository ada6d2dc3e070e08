// What the parts of the shop tell each other; all that they share.
import { defineEvent } from '@naru/service'
import { z } from 'zod'

export const orderPlaced = defineEvent({
  name: 'coffee.order-placed',
  version: 1,
  topic: 'orders',
  key: ({ orderId }) => orderId,
  schema: z.object({ orderId: z.string(), drink: z.string().min(1).max(100) })
})

export const orderReady = defineEvent({
  name: 'coffee.order-ready',
  version: 1,
  topic: 'ready',
  key: ({ orderId }) => orderId,
  schema: z.object({ orderId: z.string() })
})
