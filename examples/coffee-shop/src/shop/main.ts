// `npm start`: opens the shop, says where everything is, and closes it at Ctrl-C.
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { prefixed } from '@naru/dev'
import { type Control, startControl } from './control.ts'
import { Refused } from './refusal.ts'
import { openShop } from './shop.ts'
import { textsFor } from './texts.ts'

const STOP_MS_MAX = 8_000
const DEFAULTS = { listen: '127.0.0.1:9092', data: 'coffee-shop-data', port: '8080', baristas: '2' } as const

const texts = textsFor(process.env)

function readOptions(): { readonly [Name in keyof typeof DEFAULTS]: string } & { readonly kafka?: string } {
  const named = Object.entries(DEFAULTS).map(
    ([name, value]) => [name, { type: 'string', default: value }] as const
  )
  try {
    const { values } = parseArgs({ options: { ...Object.fromEntries(named), kafka: { type: 'string' } } })
    return { ...DEFAULTS, ...values }
  } catch (error) {
    const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split('. ')
    console.error(texts.unknownOption(sentence))
    process.exit(2)
  }
}

const values = readOptions()
const isColored = process.stdout.isTTY && process.env['NO_COLOR'] === undefined
// npm and npx run this in the folder of the repository's root, whatever folder the user is in.
const folder = resolve(process.env['INIT_CWD'] ?? process.cwd(), values.data)

// The shop tells of changes before there is anybody to pass them on.
const control: { current?: Control } = {}
console.log(texts.starting)
const shop = await openShop({
  folder,
  listen: values.listen,
  port: Number(values.port),
  baristas: Number(values.baristas),
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

control.current = await startControl(shop.supervisor, shop.control)
const facts = { ...shop, folder, ms: Math.round(process.uptime() * 1_000), databaseUrl: shop.adminUrl }
console.log(`\n${texts.ready(facts).join('\n')}\n`)
