// Counts the coffees of each customer. It came later than the others, and none of them was changed or told.
import { defineService } from '@naru/service'
import { coffeeReady } from '../events.ts'
import { COMMON, openStore, runUntilStopped } from '../process.ts'

const MIGRATIONS = ['create table stamps (customer text primary key, count int not null)']
const CONNECTIONS_MAX = 10

const store = openStore(MIGRATIONS, CONNECTIONS_MAX)
const service = defineService({ ...COMMON, name: 'loyalty', store, concurrency: CONNECTIONS_MAX - 4 })

service.on(coffeeReady, async ({ customer }, { db }) => {
  await db.query(
    'insert into stamps values ($1, 1) on conflict (customer) do update set count = stamps.count + 1',
    [customer]
  )
})

await service.start()
runUntilStopped(() => service.stop(), { ended: service.ended })
