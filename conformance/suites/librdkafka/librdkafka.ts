// librdkafka's integration tests, one number in a process of its own, against a broker.
//
// Quick mode of the runner leaves out every subtest that is not marked as quick, and a test of which nothing is left
// still says PASSED. Such a test runs a second time in full, unless the whole run is to be quick: then it is a skip.

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../../process.ts'
import type { Suite, SuiteOptions, TestResult } from '../suite.ts'
import { librdkafka } from './build.ts'
import { didNothing, outcomes, type Outcome } from './output.ts'

const SECONDS_MAX = { quick: 400, full: 600 }
/** For slow or busy machines, on the tests' own limits. */
const TIMEOUT_MULTIPLIER = 2

interface Place {
  readonly tests: string
  readonly source: string
  readonly config: string
}

/** The numbers that need a broker, each with its tests, from the table in test.c. */
function tableOf(testC: string): Map<string, string[]> {
  const table = new Map<string, string[]>()
  for (const [entry, name = ''] of testC.matchAll(/^ {4}_TEST\(\s*(\d{4}_\w+)[^)]*\)/gms)) {
    if (/TEST_F_LOCAL|TEST_F_SOCKEM|TEST_F_MANUAL/.test(entry) || name.endsWith('_mock')) continue
    const number = name.slice(0, 4)
    table.set(number, [...(table.get(number) ?? []), name])
  }
  return table
}

async function runNumber(
  place: Place,
  number: string,
  names: readonly string[],
  mode: 'quick' | 'full',
  options: SuiteOptions
): Promise<Outcome[]> {
  const args = ['-L', '-p1', '-E', '-s', 'default', ...(mode === 'quick' ? ['-Q'] : [])]
  const { stdout, stderr, code } = await run(join(place.tests, 'test-runner'), args, {
    cwd: place.tests,
    timeoutMs: SECONDS_MAX[mode] * 1000,
    env: {
      TESTS: number,
      TEST_RF: '1',
      TEST_KAFKA_VERSION: '4.2.0',
      RDKAFKA_TEST_CONF: place.config,
      BROKERS: options.bootstrap,
      LD_LIBRARY_PATH: `${join(place.source, 'src')}:${join(place.source, 'src-cpp')}`
    }
  })
  const output = `${stdout}\n${stderr}`
  await writeFile(join(options.logs, `${number}-${mode}.log`), output)
  return outcomes(output, names, code)
}

async function resultsOf(
  place: Place,
  number: string,
  names: readonly string[],
  options: SuiteOptions
): Promise<TestResult[]> {
  const quick = await runNumber(place, number, names, 'quick', options)
  const hasSubtests = new Set<string>()
  for (const name of names) {
    const source = await readFile(join(place.tests, `${name.replace('_', '-')}.c`), 'utf8').catch(() => '')
    if (source.includes('SUB_TEST(')) hasSubtests.add(name)
  }
  const isEmpty = quick.some((outcome) => didNothing(outcome, hasSubtests.has(outcome.name)))
  if (!isEmpty) return quick.map(resultOf)
  if (options.quick) {
    return quick.map((outcome) =>
      didNothing(outcome, hasSubtests.has(outcome.name))
        ? { ...resultOf(outcome), result: 'skip', note: 'nothing to do in quick mode' }
        : resultOf(outcome)
    )
  }
  return (await runNumber(place, number, names, 'full', options)).map(resultOf)
}

function resultOf({ name, state, seconds, note }: Outcome): TestResult {
  const needsTools = state === 'failed' && /KAFKA_PATH.* must be set/.test(note)
  const result = state === 'passed' ? 'pass' : state === 'skipped' || needsTools ? 'skip' : 'fail'
  return { result, name, seconds, note }
}

async function* runTests(options: SuiteOptions): AsyncGenerator<TestResult> {
  const source = await librdkafka()
  const tests = join(source, 'tests')
  const config = join(options.logs, 'test.conf')
  const settings = [`bootstrap.servers=${options.bootstrap}`, `test.timeout.multiplier=${TIMEOUT_MULTIPLIER}`]
  await writeFile(config, `${settings.join('\n')}\n`)
  const place: Place = { tests, source, config }
  const table = tableOf(await readFile(join(tests, 'test.c'), 'utf8'))
  const isWanted = (number: string, names: readonly string[]): boolean =>
    options.only.length === 0 || options.only.some((one) => one === number || names.includes(one))
  const waiting = [...table].filter(([number, names]) => isWanted(number, names))
  const running = new Set<Promise<TestResult[]>>()
  while (waiting.length > 0 || running.size > 0) {
    while (running.size < options.jobs && waiting.length > 0) {
      const [number, names] = waiting.shift() ?? ['', []]
      running.add(resultsOf(place, number, names, options))
    }
    const [done, results] = await Promise.race([...running].map(async (one) => [one, await one] as const))
    running.delete(done)
    yield* results
  }
}

export const librdkafkaSuite: Suite = {
  name: 'librdkafka',
  properties: {},
  run: runTests
}
