/**
 * `kill -9` under load, again and again, on the same data: what was acknowledged is there, once, in order.
 *
 *     node conformance/crash/kill.ts --cycles 200
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { cached } from '../cache.ts'
import { startNaru } from '../naru/index.ts'
import { fingerprint, runOrThrow } from '../process.ts'

const { values } = parseArgs({
  options: { cycles: { type: 'string', default: '200' }, rate: { type: 'string', default: '2000' } }
})
/** How long the broker lives before it is killed: from before its first checkpoint to after several. */
const LIFE_MS_MIN = 50
const LIFE_MS_SPREAD = 450
const TOPIC = 'crash'

/** The checks, by the name of the report's field; each of them must count nothing. */
const checks = ['lost', 'duplicated', 'reordered', 'misplaced', 'damaged', 'failed'] as const
type Report = Record<(typeof checks)[number] | 'sent' | 'acknowledged' | 'read', number>

async function writerProgram(): Promise<string> {
  const folder = join(import.meta.dirname, 'go')
  const sources = ['main.go', 'go.mod', 'go.sum'].map((name) => join(folder, name))
  const target = await cached(`crash-writer-${await fingerprint(sources)}`, async (built) => {
    await runOrThrow('go', ['build', '-trimpath', '-o', join(built, 'writer'), '.'], { cwd: folder })
  })
  return join(target, 'writer')
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const program = await writerProgram()
await using broker = await startNaru({ properties: { 'num.partitions': '4' } })
const naru = join(import.meta.dirname, '../../packages/cli/bin/naru.js')
const create = ['topic', 'create', TOPIC, '--partitions', '4', '--bootstrap', broker.bootstrap]
await runOrThrow(process.execPath, [naru, ...create])

const writer = spawn(program, ['-bootstrap', broker.bootstrap, '-topic', TOPIC, '-rate', values.rate], {
  stdio: ['pipe', 'pipe', 'inherit']
})
let printed = ''
writer.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text))
const ended = once(writer, 'exit')
const startMs: number[] = []
for (let cycle = 0; cycle < Number(values.cycles); cycle++) {
  await pause(LIFE_MS_MIN + Math.random() * LIFE_MS_SPREAD)
  await broker.kill()
  await broker.restart()
  startMs.push(broker.startMs)
}
writer.stdin.end('stop\n')
await ended
const report = JSON.parse(printed) as Report
const sorted = startMs.toSorted((a, b) => a - b)
const restart = {
  medianMs: Math.round(sorted[sorted.length >> 1] ?? 0),
  worstMs: Math.round(sorted.at(-1) ?? 0)
}
console.log(JSON.stringify({ cycles: startMs.length, ...report, restart }))
const failed = checks.filter((name) => report[name] !== 0)
for (const name of failed) console.error(`${report[name]} records were ${name}`)
const busy = report.acknowledged > 100 * startMs.length
if (!busy) console.error('hardly anything was acknowledged: the cycles prove nothing')
const failures = failed.length + (busy ? 0 : 1)
console.log(`${checks.length + 1 - failures} passed, ${failures} failed`)
process.exitCode = failures === 0 ? 0 : 1
