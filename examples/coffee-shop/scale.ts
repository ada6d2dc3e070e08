// How many coffees a second 1, 2 and 4 baristas make of a queue that never ends, 100 ms each, one at a time, while the
// order taker stays the same process:
//   node examples/coffee-shop/scale.ts --seconds 10
import { setTimeout as sleep } from 'node:timers/promises'
import { load } from './src/load.ts'
import { scriptOptions } from './src/script-options.ts'
import { scriptTexts } from './src/script-texts.ts'
import { type TestShop, openTestShop } from './test/test-shop.ts'

const GAIN_MIN = 1.8
const STEPS = [1, 2, 4] as const
/** A barista who has just come gets its share of the partitions first. */
const SETTLE_MS = 8_000

const { seconds, hands } = scriptOptions({ seconds: 10, hands: 4 })
/** What four baristas can do, and a half more. */
const perSecond = 4 * hands * 10 * 1.5

async function made(shop: TestShop): Promise<number> {
  return Number((await shop.query('barista', 'select count(*) from coffees'))[0]?.['count'])
}

async function main(): Promise<number> {
  await using shop = await openTestShop({ baristas: 1, hands, durable: true })
  const end = new AbortController()
  const customers = load({ orders: shop.orders, perSecond, signal: end.signal })
  const takerPid = shop.supervisor.status.find(({ name }) => name === 'order-taker')?.pid
  const rates: number[] = []
  for (const baristas of STEPS) {
    await shop.supervisor.scale('barista', baristas)
    await sleep(SETTLE_MS)
    const before = await made(shop)
    await sleep(seconds * 1_000)
    const rate = ((await made(shop)) - before) / seconds
    const gain = rate / (rates.at(-1) ?? rate)
    console.log(
      scriptTexts.coffees(baristas, rate.toFixed(1), rates.length === 0 ? undefined : gain.toFixed(2))
    )
    rates.push(rate)
  }
  end.abort()
  const { failed } = await customers
  const isSame = shop.supervisor.status.find(({ name }) => name === 'order-taker')?.pid === takerPid
  const gains = rates.slice(1).map((rate, index) => rate / (rates[index] ?? rate))
  const isEnough = gains.every((gain) => gain >= GAIN_MIN) && failed === 0 && isSame
  console.log(isEnough ? '1 passed, 0 failed' : '0 passed, 1 failed')
  return isEnough ? 0 : 1
}

process.exitCode = await main()
