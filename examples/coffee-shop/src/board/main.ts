// The board above the counter: which orders wait, are in the making, or are ready. It asks nobody; it listens to what
// the others tell, and shows it to browsers as it comes.
import { defineService } from '@naru/service'
import { EventStream } from '../event-stream.ts'
import { createServer, listen } from '../http.ts'
import { COMMON, openStore, runUntilStopped, setting } from '../process.ts'
import { SOURCES } from './changes.ts'
import { type BoardRow, type Change, project } from './projection.ts'

const MIGRATIONS = [
  `create sequence board_changes;
   create table board (
     order_id text primary key,
     status text not null,
     drink text,
     customer text,
     changed bigint not null default nextval('board_changes')
   );
   create index board_changed on board (changed)`
]
const CONNECTIONS_MAX = 20
const SHOWN_MAX = 30
const REFRESH_MS = 100

const COLUMNS = 'order_id as "orderId", status, drink, customer'

const store = openStore(MIGRATIONS, CONNECTIONS_MAX)
const service = defineService({ ...COMMON, name: 'board', store, concurrency: CONNECTIONS_MAX - 4 })

type Db = Parameters<Parameters<typeof service.transaction>[0]>[0]['db']

let isStale = true
for (const { event, change } of SOURCES) {
  service.on(event, async (data, { db }) => {
    await apply(db, change(data))
    isStale = true
  })
}

/** Orders and coffees are two topics, so two events about one order can come at the same moment. */
async function apply(db: Db, change: Change): Promise<void> {
  const { orderId, status } = change
  await db.query('insert into board (order_id, status) values ($1, $2) on conflict do nothing', [
    orderId,
    status
  ])
  const [row] = await db.query<BoardRow>(`select ${COLUMNS} from board where order_id = $1 for update`, [
    orderId
  ])
  const next = project(row, change)
  await db.query(
    "update board set status = $2, drink = $3, customer = $4, changed = nextval('board_changes') where order_id = $1",
    [orderId, next.status, next.drink, next.customer]
  )
}

async function newest(): Promise<readonly BoardRow[]> {
  return store.database.query<BoardRow>(
    `select ${COLUMNS} from board order by changed desc limit ${SHOWN_MAX}`
  )
}

const pages = new EventStream()
let shown = ''

async function refresh(): Promise<void> {
  if (!isStale || !pages.isWatched) return
  isStale = false
  const text = JSON.stringify(await newest())
  if (text === shown) return
  shown = text
  pages.send(text)
}

const server = createServer()
server.get('/board', () => newest())
server.get('/board/events', async (request, reply) => {
  const text = JSON.stringify(await newest())
  return pages.open(request, reply, text)
})

await service.start()
const address = await listen(server, Number(setting('PORT')))
const timer = setInterval(() => {
  refresh().catch(() => (isStale = true))
}, REFRESH_MS)
runUntilStopped(
  async () => {
    clearInterval(timer)
    pages.close()
    await server.close()
    await service.stop()
  },
  { address, ended: service.ended }
)
