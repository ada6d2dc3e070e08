// `npm run test:services`: services as their users meet them. The coffee shop with its page and its guide, kill -9 under
// load, and the same once more with Apache Kafka 4.2.0 in the place of our broker, by one variable.
//   node scripts/test-services.ts --only shop --only chaos     some of the steps
// Apache Kafka needs Java 17 and Maven; without them that step says so and counts for nothing.
import { parseArgs } from 'node:util'
import { addCounts, countsOf, formatCounts, run, type Counts } from './run.ts'

interface Step {
  readonly name: string
  readonly command: readonly string[]
  readonly needs?: readonly (readonly string[])[]
}

const shop = 'examples/coffee-shop'
const reporter = '--test-reporter=./scripts/test-report.ts'
const testSecondsMax = 240

function tests(...names: readonly string[]): readonly string[] {
  const files = names.map((name) => `${shop}/test/${name}.test.ts`)
  return [
    'node',
    '--test',
    '--test-isolation=none',
    `--test-timeout=${testSecondsMax * 1_000}`,
    reporter,
    ...files
  ]
}

const steps: readonly Step[] = [
  { name: 'page types', command: ['tsc', '--noEmit', '--project', `${shop}/web`] },
  { name: 'shop', command: tests('start', 'orders', 'projection') },
  { name: 'page', command: tests('page') },
  { name: 'guide', command: tests('guide') },
  {
    name: 'embedded',
    command: ['node', '--test', '--test-isolation=none', reporter, 'examples/embedded/test/embedded.test.ts']
  },
  { name: 'chaos', command: ['node', `${shop}/chaos.ts`, '--kills', '20', '--rate', '100'] },
  {
    name: 'kafka',
    command: ['node', 'conformance/kafka/with-kafka.ts', 'node', `${shop}/test/on-kafka.ts`],
    needs: [
      ['java', '-version'],
      ['mvn', '-version']
    ]
  }
]

async function isMissing(step: Step): Promise<string | undefined> {
  for (const command of step.needs ?? []) if ((await run(command)).code !== 0) return command[0]
  return undefined
}

async function runStep(step: Step): Promise<Counts> {
  const missing = await isMissing(step)
  if (missing !== undefined) {
    console.log(`not run  ${step.name.padEnd(10)} needs ${missing}`)
    return { passed: 0, failed: 0 }
  }
  const result = await run(step.command)
  const counts = countsOf(result)
  const verdict = counts.failed === 0 ? 'ok      ' : 'FAILED  '
  console.log(
    `${verdict} ${step.name.padEnd(10)} ${`${result.seconds.toFixed(1)} s`.padStart(8)}  ${formatCounts(counts)}`
  )
  if (counts.failed > 0) console.log(`${result.output}\nagain: ${step.command.join(' ')}\n`)
  return counts
}

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true, default: [] } } })
const unknown = values.only.find((name) => !steps.some((step) => step.name === name))
if (unknown !== undefined)
  throw new Error(`there is no step ${unknown}: ${steps.map(({ name }) => name).join(', ')}`)
const counts: Counts[] = []
// One after the other: each of them starts eight processes of its own.
for (const step of steps) {
  if (values.only.length === 0 || values.only.includes(step.name)) counts.push(await runStep(step))
}
const total = addCounts(counts)
console.log(formatCounts(total))
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1
