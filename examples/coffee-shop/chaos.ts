// Kills broker, PostgreSQL and services at random with kill -9 while orders come in, and then asks the databases:
//   node examples/coffee-shop/chaos.ts --kills 200 --rate 200
//   node examples/coffee-shop/chaos.ts --kills 20 --seed 7      the same victims in the same order
//   node examples/coffee-shop/chaos.ts --kafka                  Apache Kafka 4.2.0 in the place of our broker
// NARU_TEST_BOOTSTRAP=HOST:PORT takes a broker that runs already; that one is not killed.
import { setTimeout as sleep } from 'node:timers/promises'
import { audit, settled } from './src/audit.ts'
import { load, percentile } from './src/load.ts'
import { scriptOptions } from './src/script-options.ts'
import { scriptTexts } from './src/script-texts.ts'
import { type TestShop, openTestShop } from './test/test-shop.ts'
import { type OtherKafka, startOtherKafka } from './test/other-kafka.ts'

const SETTLE_MS_MAX = 180_000
const WARM_UP_MS = 2_000

const values = scriptOptions({ kills: 200, rate: 200, seed: 1, 'pause-ms': 1_500, kafka: false })
const { kills } = values

/** Numbers from 0 to 1 that a seed repeats (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

async function killAtRandom(
  shop: TestShop,
  kafka: OtherKafka | undefined
): Promise<ReadonlyMap<string, number>> {
  const random = randomFrom(values.seed)
  const killed = new Map<string, number>()
  for (let done = 0; done < kills;) {
    await sleep(random() * 2 * values['pause-ms'])
    const labels = [
      ...shop.supervisor.status.map(({ label }) => label),
      ...(kafka === undefined ? [] : ['kafka'])
    ]
    const label = labels[Math.floor(random() * labels.length)] ?? ''
    // Who is down already is no kill; the next draw takes another.
    if (label === 'kafka') await kafka?.kill()
    else if (shop.supervisor.kill(label) === undefined) continue
    killed.set(label, (killed.get(label) ?? 0) + 1)
    done += 1
    if (done % 20 === 0) console.log(scriptTexts.killedSoFar(done, kills))
  }
  return killed
}

async function main(): Promise<number> {
  await using kafka = values.kafka ? await startOtherKafka() : undefined
  await using shop = await openTestShop({
    baristas: 2,
    hands: 32,
    ...(kafka === undefined ? {} : { kafka: kafka.bootstrap })
  })
  const end = new AbortController()
  const customers = load({ orders: shop.orders, perSecond: values.rate, signal: end.signal })
  await sleep(WARM_UP_MS)
  const killed = await killAtRandom(shop, kafka)
  end.abort()
  const { accepted, failed, latenciesMs } = await customers
  const books = { ...shop, bootstrap: shop.bootstrap }
  await settled(books, SETTLE_MS_MAX).catch(() => console.log(scriptTexts.unsettled))
  const { orders, problems } = await audit(books, accepted)
  const victims = [...killed].map(([label, count]) => `${label} ${count}`).join(', ')
  console.log(scriptTexts.killed(victims))
  const p99Ms = Math.round(percentile(latenciesMs, 0.99) ?? 0)
  console.log(scriptTexts.sums({ accepted: accepted.length, failed, p99Ms, orders }))
  for (const problem of problems) console.log(`${scriptTexts.problem} ${problem}`)
  if (problems.length === 0) console.log(scriptTexts.allServed)
  console.log(`${problems.length === 0 ? 1 : 0} passed, ${problems.length} failed`)
  return problems.length === 0 ? 0 : 1
}

process.exitCode = await main()
