// Other people's test suites of their own Kafka clients, against one broker each:
//   node conformance/suites/run.ts [kgo] [librdkafka] [--broker naru|kafka|HOST:PORT] [--quick] [--only NAME]...
//                                  [--jobs N] [--records N] [--runs N] [--add]
// A test that Naru has passed before (`<suite>/naru.txt`) has to pass; `--add` puts new passes on that list. What
// Apache Kafka 4.2.0 passes and Naru does not yet is named, and is what remains to be done.

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { cacheRoot } from '../cache.ts'
import { startBroker } from '../start.ts'
import { kgo } from './kgo/kgo.ts'
import { librdkafkaSuite } from './librdkafka/librdkafka.ts'
import { keepResult } from '../report/results.ts'
import { addPasses, judge, listsOf, type Lists } from './lists.ts'
import type { Suite, TestResult } from './suite.ts'

const suites: readonly Suite[] = [kgo, librdkafkaSuite]

/** As the reference run of Apache Kafka was set. */
const properties = { 'num.partitions': '4', 'group.initial.rebalance.delay.ms': '0' }

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    broker: { type: 'string', default: 'naru' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    jobs: { type: 'string', default: '1' },
    records: { type: 'string' },
    runs: { type: 'string', default: '1' },
    add: { type: 'boolean', default: false }
  }
})

async function runSuite(suite: Suite, lists: Lists): Promise<TestResult[]> {
  const logs = join(cacheRoot, 'suites', suite.name)
  await mkdir(logs, { recursive: true })
  // Leftover topics slow down the tests that list or match topics: each run has a broker of its own.
  await using broker = await startBroker(values.broker, {
    properties: { ...properties, ...suite.properties }
  })
  const results: TestResult[] = []
  const options = {
    bootstrap: broker.bootstrap,
    quick: values.quick,
    only: values.only,
    logs,
    jobs: Number(values.jobs),
    records: values.records === undefined ? undefined : Number(values.records)
  }
  for await (const result of suite.run(options)) {
    results.push(result)
    const owed = result.result !== 'pass' && lists.kafka.has(result.name) ? ' (Apache Kafka passes)' : ''
    console.log(`${result.result} ${result.name} ${result.seconds} s ${result.note}${owed}`)
  }
  return results
}

/** A whole run goes on the report card. */
async function keep(suite: Suite, results: readonly TestResult[], owed: number): Promise<void> {
  const count = (wanted: TestResult['result']): number =>
    results.filter(({ result }) => result === wanted).length
  const note = `${owed} that Apache Kafka passes did not pass${values.records === undefined ? '' : `, ${values.records} records`}`
  const counts = { passed: count('pass'), failed: count('fail'), skipped: count('skip') }
  await keepResult({ subject: suite.name, broker: values.broker, ...counts, note })
}

let passed = 0
let failed = 0
const chosen = suites.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
for (const suite of chosen) {
  const lists = await listsOf(suite.name)
  for (let round = 0; round < Number(values.runs); round++) {
    const results = await runSuite(suite, lists)
    const { lost, gained, owed } = judge(lists, results)
    if (values.add) await addPasses(suite.name, lists, results)
    const count = results.filter(({ result }) => result === 'pass').length
    const isUnknown = values.broker !== 'naru'
    passed += count
    failed += isUnknown ? results.filter(({ result }) => result === 'fail').length : lost.length
    console.log(
      `${suite.name}: ${count} of ${results.length} passed, ${owed.length} that Apache Kafka passes did not`
    )
    for (const { name } of lost) console.log(`  lost: ${name}`)
    for (const { name } of gained) console.log(`  new: ${name}`)
    for (const { name, note } of owed) console.log(`  owed: ${name} ${note}`)
    if (count === 0) failed++
    if (values.only.length === 0 && !values.quick) await keep(suite, results, owed.length)
  }
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
