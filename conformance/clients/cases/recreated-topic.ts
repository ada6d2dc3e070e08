// A topic is deleted and created again under a running consumer. What a client does then is its own affair, so
// the same steps run beside it on a real Apache Kafka, and the two must end alike.

import { setTimeout as sleep } from 'node:timers/promises'
import type { RunningBroker } from '../../broker.ts'
import { forEach, type Case } from '../case.ts'
import type { Client, Context } from '../context.ts'
import { delivered, fill, join, repeated } from '../group-members.ts'
import { numbered, textOf } from '../records.ts'

/** Long enough for every client to refresh its metadata (two seconds in the adapters) and to reset. */
const observedMs = 10_000
const awayMs = 500
const leaveMsMax = 5000
/** A client's end depends on the moment at which it looks, so a difference is looked at again. */
const attemptsMax = 3
/** More old records than new ones, so that the old position is out of range in the new topic. */
const oldRecords = numbered('old', 10)
const newRecords = numbered('new', 5)

interface Observation {
  /** How many of the new topic's records arrived. */
  readonly delivered: number
  readonly twice: number
  readonly oldAgain: number
}

async function observe(
  context: Context,
  client: Client,
  broker: RunningBroker,
  place: string
): Promise<Observation> {
  const topic = context.name('recreated', place, client.name)
  await context.createTopic(broker, topic)
  await fill(context, broker, topic, oldRecords)
  const member = await join(client, broker, { topic, group: topic, member: 'member' })
  await delivered([member], oldRecords.map(textOf))
  const before = member.values.length
  await context.deleteTopic(broker, topic)
  await sleep(awayMs)
  await context.createTopic(broker, topic)
  await fill(context, broker, topic, newRecords)
  await delivered([member], newRecords.map(textOf), observedMs).catch(() => undefined)
  const after = member.values.slice(before)
  const fresh = after.filter((value) => value.startsWith('new'))
  // What the observation needs is there; a client that hangs while it leaves is not waited for.
  await Promise.race([member.leave().catch(() => undefined), sleep(leaveMsMax, undefined, { ref: false })])
  return {
    delivered: new Set(fresh).size,
    twice: repeated(fresh).length,
    oldAgain: after.length - fresh.length
  }
}

const inWords = (seen: Observation): string =>
  `${seen.delivered} of ${newRecords.length} new records, ${seen.twice} twice, ${seen.oldAgain} old ones again`

/** Until what is seen here was also seen on Apache Kafka; that everything arrives once needs no comparison. */
async function compare(context: Context, client: Client, oracle: RunningBroker): Promise<string> {
  const everything = inWords({ delivered: newRecords.length, twice: 0, oldAgain: 0 })
  const onKafka = new Set<string>()
  const seenHere = new Set<string>()
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const [here, there] = await Promise.all([
      observe(context, client, context.broker, `here-${attempt}`),
      observe(context, client, oracle, `kafka-${attempt}`)
    ])
    onKafka.add(inWords(there))
    seenHere.add(inWords(here))
    if (inWords(here) === everything) return everything
    if (onKafka.has(inWords(here))) return `${inWords(here)}, as on Apache Kafka`
  }
  throw new Error(`${[...seenHere].join(' or ')}; on Apache Kafka ${[...onKafka].join(' or ')}`)
}

export const recreatedTopic: Case = {
  name: 'recreated-topic',
  shows:
    'a consumer whose topic is deleted and created again ends as it does on Apache Kafka in the same run',
  ci: true,
  async run(context, clients) {
    const oracle = await context.oracle()
    return forEach(clients, (client) => compare(context, client, oracle))
  }
}
