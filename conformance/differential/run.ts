// The same requests to Apache Kafka and to Naru, and every difference between the answers:
// `node conformance/differential/run.ts [--case NAME]... [--naru HOST:PORT] [--kafka HOST:PORT] [--durability memory] [--all]`.

import { parseArgs } from 'node:util'
import type { RunningBroker } from '../broker.ts'
import { startKafka } from '../kafka/index.ts'
import { startNaru } from '../naru/index.ts'
import { keepResult } from '../report/results.ts'
import { startBroker } from '../start.ts'
import { cases } from './cases/index.ts'
import { differences, type Difference } from './compare.ts'
import { reasonFor } from './explained.ts'
import { Session, type Case, type Observation } from './session.ts'

const { values: options } = parseArgs({
  options: {
    case: { type: 'string', multiple: true, default: [] },
    naru: { type: 'string' },
    kafka: { type: 'string' },
    durability: { type: 'string', default: 'memory' },
    /** Shows the explained differences too. */
    all: { type: 'boolean', default: false }
  }
})

const properties = {
  'auto.create.topics.enable': 'true',
  'num.partitions': '4',
  'group.initial.rebalance.delay.ms': '0'
}

function startSubject(): Promise<RunningBroker> {
  if (options.naru !== undefined) return startBroker(options.naru)
  const durability = options.durability as 'fsync' | 'os' | 'memory'
  return startNaru({ durability, properties })
}

async function observe(broker: RunningBroker, one: Case): Promise<readonly Observation[]> {
  const session = new Session(broker, one.name)
  try {
    await one.run(session)
  } catch (error) {
    const text = error instanceof Error ? `${error.message}\n${error.stack}` : String(error)
    console.log(`!! ${one.name} stopped at ${broker.kind}: ${text}`)
    session.note('the case was stopped', broker.kind)
  } finally {
    session.close()
  }
  return session.observations
}

function print(one: Case, difference: Difference, reason: string | undefined): void {
  const mark = reason === undefined ? 'DIFFERENT' : 'explained'
  console.log(`${mark} [${one.name}] ${difference.label}  ${difference.path}`)
  console.log(`    kafka: ${difference.kafka}`)
  console.log(`    naru:  ${difference.naru}`)
  if (reason !== undefined) console.log(`    because ${reason}`)
}

await using kafka = await (options.kafka === undefined
  ? startKafka({ properties })
  : startBroker(options.kafka))
await using naru = await startSubject()
const chosen = cases.filter(({ name }) => options.case.length === 0 || options.case.includes(name))
let observed = 0
let explained = 0
let surprising = 0
for (const one of chosen) {
  const [theirs, ours] = await Promise.all([observe(kafka, one), observe(naru, one)])
  observed += theirs.length
  for (const difference of differences(theirs, ours)) {
    const reason = reasonFor(one.name, difference)
    if (reason === undefined) surprising++
    else explained++
    if (reason === undefined || options.all) print(one, difference, reason)
  }
}
console.log(`${observed} answers compared; ${explained} differences explained, ${surprising} not`)
if (options.case.length === 0) {
  const note = `${explained} differences explained`
  const counts = { passed: observed - surprising, failed: surprising, skipped: 0 }
  await keepResult({ subject: 'differential', broker: 'naru', ...counts, note })
}
process.exitCode = surprising === 0 ? 0 : 1
