// `npm run test:packages`: packs every published package, installs the files into an empty folder on each
// Node that we support, and does there what a stranger would do first: import every public name, check the
// types, start `naru serve`, and start a broker inside a test of node:test, vitest and jest.
//   node scripts/test-packages.ts 24.21.0     one Node only
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { askApiVersions } from './ask.ts'
import { packAll, type Release } from './release.ts'
import {
  brokerTests,
  importAllText,
  runnerVersions,
  typesProject,
  typesText
} from './release/consumer-files.ts'
import { addCounts, countsOf, formatCounts, run, type Counts, type RunResult } from './run.ts'
import { repositoryRoot } from './source/tree.ts'

const nodeVersions: readonly string[] = ['22.22', '24.21.0', '26']

const startMsMax = 10_000
const stopMsMax = 2_000

const sentLine = '주문 1'

/** A folder in which the packages are installed, and the Node that runs there. */
interface Consumer {
  readonly version: string
  readonly folder: string
  readonly nodeFolder: string
}

async function main(versions: readonly string[]): Promise<number> {
  const release = await packAll()
  console.log(`packed ${release.tarballs.length} packages`)
  const counts: Counts[] = []
  for (const version of versions) {
    const consumer = await createConsumer(version)
    try {
      counts.push(await judge(consumer, release))
    } finally {
      rmSync(consumer.folder, { recursive: true, force: true })
    }
  }
  const total = addCounts(counts)
  console.log(formatCounts(total))
  return total.failed === 0 ? 0 : 1
}

/** The packages of Node itself are kept between runs; what is under test starts from an empty folder. */
async function createConsumer(version: string): Promise<Consumer> {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  const cache = join(repositoryRoot, '.cache', 'node', version)
  mkdirSync(cache, { recursive: true })
  writeFileSync(join(cache, 'package.json'), JSON.stringify({ private: true }))
  const installed = await run(['npm', 'install', '--prefer-offline', `${name}@${version}`], { cwd: cache })
  if (installed.code !== 0) throw new Error(`Node ${version} cannot be installed:\n${installed.output}`)
  const folder = realpathSync(mkdtempSync(join(tmpdir(), `naru-packages-${version}-`)))
  return { version, folder, nodeFolder: join(cache, 'node_modules', name, 'bin') }
}

async function judge(consumer: Consumer, release: Release): Promise<Counts> {
  const has = (name: string): boolean => release.packages.some((one) => one.name === `@naru/${name}`)
  const counts: Counts[] = [await install(consumer, release)]
  writeFileSync(join(consumer.folder, 'import-all.js'), importAllText(release.packages))
  counts.push(tell(consumer, 'every public name', await runThere(consumer, ['node', 'import-all.js'])))
  counts.push(tell(consumer, 'types', await checkTypes(consumer, release)))
  if (has('cli')) counts.push(tell(consumer, 'naru serve', await serve(consumer)))
  else console.log(`not yet  ${consumer.version}: naru serve needs @naru/cli`)
  if (!has('testing')) console.log(`not yet  ${consumer.version}: brokers in tests need @naru/testing`)
  else for (const runner of Object.keys(brokerTests)) counts.push(await testBroker(consumer, runner))
  return addCounts(counts)
}

async function install(consumer: Consumer, release: Release): Promise<Counts> {
  const manifest = { private: true, type: 'module', jest: { testEnvironment: 'node', transform: {} } }
  writeFileSync(join(consumer.folder, 'package.json'), JSON.stringify(manifest))
  const runners = Object.entries(runnerVersions).map(([name, version]) => `${name}@${version}`)
  const flags = ['--prefer-offline', '--no-audit', '--no-fund']
  const packages = [...release.tarballs, ...runners, `@types/node@24`]
  return tell(consumer, 'install', await runThere(consumer, ['npm', 'install', ...flags, ...packages]))
}

/** Complaints about the declarations of others' packages are not ours to answer for. */
async function checkTypes(consumer: Consumer, release: Release): Promise<RunResult> {
  writeFileSync(join(consumer.folder, 'types.ts'), typesText(release.packages))
  writeFileSync(join(consumer.folder, 'tsconfig.json'), typesProject)
  const tsc = join(repositoryRoot, 'node_modules', '.bin', 'tsc')
  const result = await runThere(consumer, [tsc, '--project', 'tsconfig.json', '--pretty', 'false'])
  const complaints = result.output.split('\n').filter((line) => / error TS\d+/.test(line))
  const ours = complaints.filter((line) => /^(types\.ts|node_modules\/@naru\/)/.test(line))
  const isOk = result.code === 0 || (complaints.length > 0 && ours.length === 0)
  return { ...result, code: isOk ? 0 : 1, output: ours.join('\n') || result.output }
}

async function testBroker(consumer: Consumer, runner: string): Promise<Counts> {
  const test = brokerTests[runner]
  if (test === undefined) throw new Error(`no test for ${runner}`)
  mkdirSync(join(consumer.folder, dirname(test.file)), { recursive: true })
  writeFileSync(join(consumer.folder, test.file), test.text)
  const commands: Readonly<Record<string, readonly string[]>> = {
    'node:test': ['node', '--test', test.file],
    vitest: ['node', 'node_modules/vitest/vitest.mjs', 'run', test.file],
    jest: [
      'node',
      '--experimental-vm-modules',
      'node_modules/jest/bin/jest.js',
      '--detectOpenHandles',
      test.file
    ]
  }
  const result = await runThere(consumer, commands[runner] ?? [])
  return tell(consumer, `createTestBroker in ${runner}`, result)
}

/** Starts the installed command on a free port, sends a line through it and back, and stops it. */
async function serve(consumer: Consumer): Promise<RunResult> {
  const command = join(consumer.folder, 'node_modules', '.bin', 'naru')
  const child = spawn(
    command,
    ['serve', '--listen', '127.0.0.1:0', '--data', join(consumer.folder, 'data')],
    {
      cwd: consumer.folder,
      env: { ...process.env, PATH: pathOf(consumer) },
      stdio: ['ignore', 'pipe', 'pipe']
    }
  )
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  }
  const ended = new Promise<number>((resolve) => {
    child.once('error', (error) => resolve(((output += error.message), 127)))
    child.once('exit', (code) => resolve(code ?? 1))
  })
  const port = await within(startMsMax, ended, () => /127\.0\.0\.1:([1-9]\d*)/.exec(output)?.[1])
  const keyCount = port === undefined ? undefined : await askApiVersions('127.0.0.1', Number(port))
  const line = keyCount === undefined ? '' : await sendAndReceive(consumer, `127.0.0.1:${port}`)
  child.kill('SIGTERM')
  const code = await Promise.race([ended, delay(stopMsMax)])
  if (code === undefined) child.kill('SIGKILL')
  const isOk = code === 0 && line === sentLine
  output += `\nlists ${keyCount ?? 'no'} API keys; gives back: ${line}; after SIGTERM: ${code ?? 'still running'}\n`
  return { code: isOk ? 0 : 1, seconds: 0, output }
}

/** What the installed command reads back of the line that it wrote. */
async function sendAndReceive(consumer: Consumer, bootstrap: string): Promise<string> {
  const script = [
    `naru topic create orders --bootstrap ${bootstrap} >&2`,
    `echo '${sentLine}' | naru produce orders --bootstrap ${bootstrap} >&2`,
    `naru consume orders --from earliest --to end --bootstrap ${bootstrap} 2>errors.txt || cat errors.txt`
  ].join(' && ')
  const path = [join(consumer.folder, 'node_modules', '.bin'), pathOf(consumer)].join(delimiter)
  const result = await run(['sh', '-c', script], { cwd: consumer.folder, env: { PATH: path } })
  return result.output.trimEnd().split('\n').at(-1) ?? ''
}

/** Asks again and again until there is a value, the process has ended, or the time is up. */
async function within<Value>(
  msMax: number,
  ended: Promise<number>,
  ask: () => Value | undefined
): Promise<Value | undefined> {
  for (const deadline = performance.now() + msMax; performance.now() < deadline;) {
    const value = ask()
    if (value !== undefined) return value
    if ((await Promise.race([ended, delay(20)])) !== undefined) return ask()
  }
  return undefined
}

function delay(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms))
}

function runThere(consumer: Consumer, command: readonly string[]): Promise<RunResult> {
  return run(command, { cwd: consumer.folder, env: { PATH: pathOf(consumer) } })
}

function pathOf(consumer: Consumer): string {
  return [consumer.nodeFolder, process.env['PATH'] ?? ''].join(delimiter)
}

function tell(consumer: Consumer, what: string, result: RunResult): Counts {
  const isOk = result.code === 0
  const time = result.seconds === 0 ? '' : ` (${result.seconds.toFixed(1)} s)`
  console.log(`${isOk ? 'ok      ' : 'FAILED  '} ${consumer.version}: ${what}${time}`)
  if (!isOk) console.log(result.output)
  return countsOf({ code: result.code, output: '' })
}

const asked = process.argv.slice(2)
process.exitCode = await main(asked.length === 0 ? nodeVersions : asked)
