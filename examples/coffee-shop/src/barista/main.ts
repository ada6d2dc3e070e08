// Makes coffees. Any number of these processes share the orders; each has as many hands as HANDS says.
import { setTimeout as sleep } from 'node:timers/promises'
import { defineService } from '@naru/service'
import { coffeeReady, coffeeStarted, orderPlaced } from '../events.ts'
import { COMMON, openStore, processName, runUntilStopped } from '../process.ts'

// Without a constraint on purpose: a coffee that is made twice would show.
const MIGRATIONS = [
  `create table coffees (
     order_id text not null,
     drink text not null,
     barista text not null,
     made_at timestamptz not null default now()
   );
   create index coffees_order on coffees (order_id)`
]

const brewMs = Number(process.env['BREW_MS'] ?? 100)
const hands = Number(process.env['HANDS'] ?? 8)
const barista = processName()

// A coffee in the making holds a connection, since its effects are one transaction.
const store = openStore(MIGRATIONS, hands + 4)
const service = defineService({
  ...COMMON,
  name: 'barista',
  store,
  concurrency: hands,
  publishes: [coffeeStarted, coffeeReady]
})

service.on(orderPlaced, async ({ orderId, drink, customer }, { db, publish, signal }) => {
  // Told at once and not with the commit. Who makes the coffee again after a crash tells it again, which harms nobody.
  await service.publish(coffeeStarted, { orderId, barista })
  await sleep(brewMs, undefined, { signal })
  await db.query('insert into coffees (order_id, drink, barista) values ($1, $2, $3)', [
    orderId,
    drink,
    barista
  ])
  await publish(coffeeReady, { orderId, barista, customer, drink })
})

await service.start()
runUntilStopped(() => service.stop(), { ended: service.ended })
