// Generated requests to Apache Kafka and to Naru, until as many are compared as were asked for:
//   node conformance/differential/generated/run.ts [--requests 10000] [--first 1] [--minutes 4] [--lanes 4]
// goes on where the last run ended (results are kept in the cache, until `--anew`);
//   node conformance/differential/generated/run.ts --seed N
// plays one program and shows its differences.

import { parseArgs } from 'node:util'
import { startKafka } from '../../kafka/index.ts'
import { startNaru } from '../../naru/index.ts'
import { startBroker } from '../../start.ts'
import { coordinatorsReady } from './coordinators.ts'
import { classes, Results, summary } from './results.ts'
import { trialOf, type Brokers, type Trial } from './trial.ts'

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '10000' },
    first: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '4' },
    lanes: { type: 'string', default: '4' },
    length: { type: 'string', default: '100' },
    seed: { type: 'string' },
    /** Of the file of results. */
    name: { type: 'string', default: 'generated' },
    kafka: { type: 'string' },
    naru: { type: 'string' },
    /** Forgets what was compared before. */
    anew: { type: 'boolean', default: false }
  }
})

const length = Number(values.length)
const properties = {
  'auto.create.topics.enable': 'true',
  'num.partitions': '4',
  'group.initial.rebalance.delay.ms': '0',
  // Programs leave sessions behind; which ones go first when there are too many depends on the clock.
  'max.incremental.fetch.session.cache.slots': '1000000'
}
/** Writes of the controller need not wait for company: a program waits for each of them. */
const kafkaProperties = { ...properties, 'controller.quorum.append.linger.ms': '0' }

function show({ seed, unexplained, passing }: Trial): void {
  for (const { label, path, kafka, naru, request } of unexplained) {
    console.log(`DIFFERENT [seed ${seed}] ${label}  ${path}`)
    console.log(`    kafka: ${kafka}\n    naru:  ${naru}\n    asked: ${brief(request)}`)
  }
  for (const { label, path, kafka, naru } of passing) {
    console.log(`once      [seed ${seed}] ${label}  ${path}  kafka: ${kafka}  naru: ${naru}`)
  }
}

function brief(request: unknown): string {
  const text = JSON.stringify(request, (_, item: unknown) => {
    const isBuffer = typeof item === 'object' && item !== null && 'type' in item && item.type === 'Buffer'
    return isBuffer ? 'bytes' : item
  })
  return text.slice(0, 600)
}

await using kafka = await (values.kafka === undefined
  ? startKafka({ properties: kafkaProperties })
  : startBroker(values.kafka))
await using naru = await (values.naru === undefined
  ? startNaru({ durability: 'memory', properties })
  : startBroker(values.naru))
const brokers: Brokers = { kafka, naru }
await Promise.all([coordinatorsReady(kafka), coordinatorsReady(naru)])

if (values.seed === undefined) {
  const results = await Results.open(values)
  const deadline = performance.now() + Number(values.minutes) * 60_000
  let next = Number(values.first)
  const lane = async (): Promise<void> => {
    while (results.compared < Number(values.requests) && performance.now() < deadline) {
      const seed = next++
      if (results.has(seed)) continue
      const trial = await trialOf(brokers, seed, length)
      await results.add(trial)
    }
  }
  await Promise.all(Array.from({ length: Number(values.lanes) }, lane))
  for (const line of classes(results.trials)) console.log(line)
  console.log(summary(results.trials))
  process.exitCode = results.trials.some(({ unexplained }) => unexplained.length > 0) ? 1 : 0
} else {
  const trial = await trialOf(brokers, Number(values.seed), length)
  show(trial)
  console.log(summary([trial]))
  process.exitCode = trial.unexplained.length === 0 ? 0 : 1
}
