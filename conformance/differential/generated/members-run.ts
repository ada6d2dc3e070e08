// Generated programs of groups with several members, at Apache Kafka and at Naru:
//   node conformance/differential/generated/members-run.ts [--programs 50] [--first 1] [--minutes 4] [--lanes 6]
//   node conformance/differential/generated/members-run.ts --seed N

import { parseArgs } from 'node:util'
import type { RunningBroker } from '../../broker.ts'
import { startKafka } from '../../kafka/index.ts'
import { startNaru } from '../../naru/index.ts'
import { differences, type Difference } from '../compare.ts'
import { coordinatorsReady } from './coordinators.ts'
import { playMembers } from './members.ts'
import { classes, Results, summary } from './results.ts'
import type { Found, Trial } from './trial.ts'

const { values } = parseArgs({
  options: {
    programs: { type: 'string', default: '50' },
    first: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '4' },
    lanes: { type: 'string', default: '6' },
    length: { type: 'string', default: '40' },
    seed: { type: 'string' },
    anew: { type: 'boolean', default: false }
  }
})
const RUN = Date.now().toString(36).slice(-5)
const properties = { 'group.initial.rebalance.delay.ms': '0' }

interface Compared {
  readonly found: readonly Found[]
  readonly compared: number
  readonly byVersion: Readonly<Record<string, number>>
}

async function compare(
  brokers: readonly [RunningBroker, RunningBroker],
  seed: number,
  attempt: string
): Promise<Compared> {
  const program = { seed, length: Number(values.length), groupId: `m${seed}${attempt}${RUN}` }
  const [theirs, ours] = await Promise.all(brokers.map((broker) => playMembers(broker, program)))
  const list: Difference[] = differences(theirs?.played ?? [], ours?.played ?? [])
  const found = list.map((one) => ({ ...one, at: Number(one.label.split('#')[1]), request: one.label }))
  return { found, compared: theirs?.player.asked ?? 0, byVersion: theirs?.player.byVersion ?? {} }
}

/** Only what comes again when the program is repeated is a difference: the first one of a program, since others follow. */
async function trial(brokers: readonly [RunningBroker, RunningBroker], seed: number): Promise<Trial> {
  const { found, compared, byVersion } = await compare(brokers, seed, 'a')
  const [first] = found
  const again = first === undefined ? undefined : (await compare(brokers, seed, 'b')).found[0]
  const isThereAgain = first !== undefined && again?.at === first.at && again.path === first.path
  const [unexplained, passing] = isThereAgain ? [[first], []] : [[], first === undefined ? [] : [first]]
  return { seed, compared, byVersion, explained: {}, unexplained, passing }
}

await using kafka = await startKafka({ properties })
await using naru = await startNaru({ durability: 'memory', properties })
const brokers = [kafka, naru] as const
await Promise.all(brokers.map((broker) => coordinatorsReady(broker)))
const trials: Trial[] = []
if (values.seed === undefined) {
  const results = await Results.open({ name: 'members', anew: values.anew })
  const deadline = performance.now() + Number(values.minutes) * 60_000
  let next = Number(values.first)
  const lane = async (): Promise<void> => {
    while (results.trials.length < Number(values.programs) && performance.now() < deadline) {
      const seed = next++
      if (!results.has(seed)) await results.add(await trial(brokers, seed))
    }
  }
  await Promise.all(Array.from({ length: Number(values.lanes) }, lane))
  trials.push(...results.trials)
} else trials.push(await trial(brokers, Number(values.seed)))
for (const line of classes(trials)) console.log(line)
console.log(summary(trials))
process.exitCode = trials.some(({ unexplained }) => unexplained.length > 0) ? 1 : 0
