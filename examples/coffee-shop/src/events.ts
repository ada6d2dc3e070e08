// What the services of the shop tell each other. This file is all that they share.
import { defineEvent } from '@naru/service'
import { z } from 'zod'

export const DRINKS = ['espresso', 'americano', 'latte', 'cappuccino', 'mocha'] as const

const orderId = z.string().min(1)

export const orderPlaced = defineEvent({
  name: 'coffee-shop.order-placed',
  version: 1,
  topic: 'orders',
  key: (order) => order.orderId,
  description: 'A customer has ordered a coffee.',
  schema: z.object({ orderId, drink: z.enum(DRINKS), customer: z.string() })
})

export const coffeeStarted = defineEvent({
  name: 'coffee-shop.coffee-started',
  version: 1,
  topic: 'coffees',
  key: (coffee) => coffee.orderId,
  description: 'A barista has begun to make a coffee.',
  schema: z.object({ orderId, barista: z.string() })
})

export const coffeeReady = defineEvent({
  name: 'coffee-shop.coffee-ready',
  version: 1,
  topic: 'coffees',
  key: (coffee) => coffee.orderId,
  description: 'A coffee waits for its customer at the counter.',
  schema: z.object({ orderId, barista: z.string(), customer: z.string(), drink: z.enum(DRINKS) })
})

/** More than there will ever be baristas, so that each of them has some. */
export const PARTITIONS = 16
