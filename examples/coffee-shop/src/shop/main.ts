// `npm start`: opens the shop, says where everything is, and closes it at Ctrl-C.
import { resolve } from 'node:path'
import { prefixed } from '@naru/dev'
import type { Control } from './control.ts'
import { readOptions, type StartOptions } from './options.ts'
import { Refused } from './refusal.ts'
import { openShop } from './shop.ts'
import { textsFor } from './texts.ts'

const STOP_MS_MAX = 8_000

const texts = textsFor(process.env)

function optionsOrEnd(): StartOptions {
  try {
    const options = readOptions(process.argv.slice(2))
    if (!options.help) return options
  } catch (error) {
    console.error(error instanceof Refused ? texts.refused(error.refusal) : error)
    process.exit(2)
  }
  console.log(texts.help)
  process.exit()
}

const values = optionsOrEnd()
const isColored = process.stdout.isTTY && process.env['NO_COLOR'] === undefined
// npm and npx run this in the folder of the repository's root, whatever folder the user is in.
const folder = resolve(process.env['INIT_CWD'] ?? process.cwd(), values.data)

// The shop tells of changes before there is anybody to pass them on.
const control: { current?: Control } = {}
console.log(texts.starting)
const shop = await openShop({
  folder,
  listen: values.listen,
  port: values.port,
  baristas: values.baristas,
  kafka: values.kafka ?? process.env['NARU_BOOTSTRAP'],
  databaseUrl: process.env['DATABASE_URL'],
  onLine: (label, line) => console.log(prefixed(label, line, isColored)),
  onChange: () => control.current?.changed()
}).catch((error: unknown) => {
  const reason =
    error instanceof Refused
      ? texts.refused(error.refusal)
      : error instanceof Error
        ? error.message
        : String(error)
  console.error(`${texts.failed}: ${reason}`)
  process.exit(1)
})

let isClosing = false
function close(): void {
  if (isClosing) return
  isClosing = true
  setTimeout(() => process.exit(1), STOP_MS_MAX).unref()
  Promise.all([control.current?.close(), shop.stop()]).then(
    () => process.exit(0),
    () => process.exit(1)
  )
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, close)

// Read now: what the services need comes before what the page's buttons need.
const { startControl } = await import('./control.ts')
control.current = await startControl(shop.supervisor, shop.control)
const facts = { ...shop, folder, ms: Math.round(process.uptime() * 1_000), databaseUrl: shop.adminUrl }
console.log(`\n${texts.ready(facts).join('\n')}\n`)
