// franz-go's own tests of its client `kgo`, as its module has them, against a broker: the ones that talk to one.

import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { cached } from '../../cache.ts'
import { runOrThrow } from '../../process.ts'
import type { Suite, SuiteOptions, TestResult } from '../suite.ts'

const MODULE = 'github.com/twmb/franz-go@v1.22.2'
const RECORDS = { quick: 1_000, full: 10_000 }
const LIMIT = { quick: '6m', full: '40m' }

interface Built {
  /** The package's folder: tests read files next to their source. */
  readonly folder: string
  readonly binary: string
}

/** Compiles the package's tests once. */
async function build(): Promise<Built> {
  const root = await cached(`kgo-${MODULE.split('@')[1]}`, async (target) => {
    await writeFile(join(target, 'go.mod'), 'module suites\n\ngo 1.26\n')
    const { stdout } = await runOrThrow('go', ['mod', 'download', '-json', MODULE], { cwd: target })
    const { Dir } = JSON.parse(stdout) as { Dir: string }
    const source = join(target, 'source')
    await cp(Dir, source, { recursive: true })
    // Files of the module cache are read-only, and so would be their copies.
    await runOrThrow('chmod', ['-R', 'u+w', source])
    await runOrThrow('go', ['test', '-c', '-o', join(target, 'kgo.test'), '.'], {
      cwd: join(source, 'pkg/kgo')
    })
    await rm(join(target, 'go.mod'))
  })
  return { folder: join(root, 'source/pkg/kgo'), binary: join(root, 'kgo.test') }
}

/** Tests whose body makes a client for a broker; the others pass anywhere and say nothing of one. */
async function brokerTests(folder: string): Promise<string[]> {
  const makesClient = /newTestClient\(|adm\(\)|testChainETL\(|KGO_TEST_SCRAM_SEEDS/
  const names = new Set<string>()
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('_test.go'))) {
    const source = await readFile(join(folder, file), 'utf8')
    for (const [, name = '', body = ''] of source.matchAll(/^func (Test\w+)\([^\n]*\{\n(.*?)^\}/gms)) {
      if (makesClient.test(body)) names.add(name)
    }
  }
  return [...names].toSorted()
}

interface Event {
  readonly Action: string
  readonly Test?: string
  readonly Elapsed?: number
}

/** A test with subtests is stood for by them; it counts itself when it failed and none of them did. */
function leaves(results: ReadonlyMap<string, TestResult>): TestResult[] {
  return [...results.values()].filter(({ name, result }) => {
    const below = [...results.values()].filter((other) => other.name.startsWith(`${name}/`))
    return below.length === 0 || (result === 'fail' && below.every((other) => other.result !== 'fail'))
  })
}

async function* runTests(options: SuiteOptions): AsyncGenerator<TestResult> {
  const { folder, binary } = await build()
  const tests = options.only.length > 0 ? options.only : await brokerTests(folder)
  const size = options.quick ? 'quick' : 'full'
  const args = ['-test.v=test2json', '-test.timeout', LIMIT[size], '-test.run', `^(${tests.join('|')})$`]
  const child = spawn('go', ['tool', 'test2json', '-t', '-p', 'kgo', binary, ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      KGO_SEEDS: options.bootstrap,
      KGO_TEST_RF: '1',
      KGO_TEST_RECORDS: String(options.records ?? RECORDS[size]),
      KGO_LOG_LEVEL: 'none'
    }
  })
  const log = createWriteStream(join(options.logs, 'kgo.json'))
  const results = new Map<string, TestResult>()
  for await (const line of createInterface({ input: child.stdout })) {
    log.write(`${line}\n`)
    note(results, JSON.parse(line) as Event)
  }
  log.end()
  yield* leaves(results)
}

function note(results: Map<string, TestResult>, { Action, Test, Elapsed }: Event): void {
  if (Test === undefined) return
  const isOver = Action === 'pass' || Action === 'fail' || Action === 'skip'
  if (isOver) results.set(Test, { result: Action, name: Test, seconds: Elapsed ?? 0, note: '' })
  // Until it is over a test has failed: the run may end before.
  else if (Action === 'run') results.set(Test, { result: 'fail', name: Test, seconds: 0, note: 'unfinished' })
}

export const kgo: Suite = {
  name: 'kgo',
  properties: {},
  run: runTests
}
