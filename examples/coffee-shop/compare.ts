// The same customers at an order taker that publishes and at one that calls, with baristas and without:
//   node examples/coffee-shop/compare.ts --seconds 10 --rate 50
import { type LoadResult, load, percentile } from './src/load.ts'
import { scriptOptions } from './src/script-options.ts'
import { scriptTexts } from './src/script-texts.ts'
import { openTestShop } from './test/test-shop.ts'

const values = scriptOptions({ seconds: 10, rate: 50 })

await using shop = await openTestShop({ synchronous: true, hands: 16, durable: true })
const { orders, synchronousOrders = '' } = shop

/** One after the other, so that neither takes the machine from the other. */
async function visit(
  title: string
): Promise<{ readonly asynchronous: LoadResult; readonly synchronous: LoadResult }> {
  const visitors = (url: string): Promise<LoadResult> =>
    load({
      orders: url,
      perSecond: values.rate,
      signal: AbortSignal.timeout(values.seconds * 1_000)
    })
  const asynchronous = await visitors(orders)
  const synchronous = await visitors(synchronousOrders)
  console.log(`\n${title}`)
  console.log(line(scriptTexts.asynchronous, asynchronous))
  console.log(line(scriptTexts.synchronous, synchronous))
  return { asynchronous, synchronous }
}

function line(name: string, { accepted, failed, latenciesMs }: LoadResult): string {
  const at = (share: number): string => `${(percentile(latenciesMs, share) ?? 0).toFixed(1)} ms`.padStart(11)
  const counts = scriptTexts.taken(String(accepted.length).padStart(6), String(failed).padStart(6))
  return `  ${name} ${counts}   p50 ${at(0.5)}   p99 ${at(0.99)}`
}

await visit(scriptTexts.withBaristas)
await Promise.all([shop.supervisor.scale('barista', 0), shop.supervisor.scale('sync-barista', 0)])
const without = await visit(scriptTexts.withoutBaristas)

const isTaken = without.asynchronous.failed === 0 && without.asynchronous.accepted.length > 0
const isRefused = without.synchronous.accepted.length === 0
console.log(`\n${isTaken && isRefused ? '1 passed, 0 failed' : '0 passed, 1 failed'}`)
process.exitCode = isTaken && isRefused ? 0 : 1
