/**
 * Kills a real process, by SIGKILL and on a real file system, at every failpoint of the storage, and looks whether what it
 * had acknowledged is there, once and in order.
 *
 *     node conformance/damage/failpoints.ts --hits 1,2,5
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { FAILPOINTS } from '@naru/storage'

const { values } = parseArgs({
  options: { only: { type: 'string', default: '' }, hits: { type: 'string', default: '1,3' } }
})

/** Lives per folder: failpoints of the recovery need something to recover. */
const livesMax = 4
/** Of the compacted topic; the victim has as many. */
const KEYS = 7

async function run(
  args: readonly string[]
): Promise<{ readonly lines: string[]; readonly code: number | null }> {
  const file = join(import.meta.dirname, 'failpoint-victim.ts')
  const victim = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  victim.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
  const [code] = (await once(victim, 'close')) as [number | null]
  return { lines: said.split('\n').filter((line) => line !== ''), code }
}

interface Outcome {
  readonly reached: boolean
  readonly acknowledged: number
  readonly problem: string | undefined
}

async function killAt(name: string, hit: string): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'naru-failpoint-'))
  try {
    const acked = new Map<number, string>()
    const kept = new Map<string, string>()
    let trimmed = 0
    let reached = false
    for (let life = 0; life < livesMax && !reached; life++) {
      // The first life never begins with something to recover: an early kill makes sure that the second one does.
      const at = life === 0 && !isEarly(name) ? ['journal-written', firstLife(name)] : [name, hit]
      if (life > 0) await harm(folder, name)
      const { lines, code } = await run([folder, ...at, String(life)])
      reached = at[0] === name && lines.includes('killed')
      if (code !== null && code !== 0)
        return { reached, acknowledged: acked.size, problem: `a life ended with ${code}` }
      for (const line of lines) {
        const [what, offset, value] = line.split(' ')
        if (what === 'acked') acked.set(Number(offset), value ?? '')
        if (what === 'kept') kept.set(offset ?? '', value ?? '')
        if (what === 'trimmed') trimmed = Math.max(trimmed, Number(offset))
      }
    }
    const { lines, code } = await run([folder, 'verify'])
    const problem =
      code === 0
        ? (untold(name, lines) ?? compare(acked, trimmed, lines) ?? compareKept(kept, lines))
        : `the last start ended with ${code}`
    return { reached, acknowledged: acked.size, problem }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Segments with an index take longer than something to recover. */
function firstLife(name: string): string {
  return name === 'segment-rebuild' ? '600' : '40'
}

function isHarmed(name: string): boolean {
  return name.startsWith('quarantine')
}

/** Damage without which the failpoint is not passed. */
async function harm(folder: string, name: string): Promise<void> {
  if (isHarmed(name)) await spoilOldestBatch(join(folder, 'journal'))
  if (name === 'segment-rebuild') {
    for (const path of await readdir(join(folder, 'log'), { recursive: true })) {
      if (path.endsWith('.index')) await rm(join(folder, 'log', path))
    }
  }
}

/** Overwrites a few bytes of the values of one batch, in the first file of the journal that holds a large one. */
async function spoilOldestBatch(journal: string): Promise<void> {
  for (const name of (await readdir(journal)).filter((file) => file.endsWith('.journal')).toSorted()) {
    const path = join(journal, name)
    const content = await readFile(path)
    const at = content.indexOf('x'.repeat(2_000))
    if (at < 0) continue
    content.write('damage', at)
    return writeFile(path, content)
  }
}

/** Whether the failpoint lies in the making of the folder, which happens once. */
function isEarly(name: string): boolean {
  return name.startsWith('format-')
}

/** Damage that nobody did excuses nothing: what a kill leaves is there or was never acknowledged. */
function untold(name: string, lines: readonly string[]): string | undefined {
  if (isHarmed(name)) return undefined
  return lines.find((line) => line.startsWith('corrupt '))
}

function compare(
  acked: ReadonlyMap<number, string>,
  trimmed: number,
  lines: readonly string[]
): string | undefined {
  const found = new Map<number, string>()
  let start = 0
  for (const line of lines) {
    const [what, offset, value] = line.split(' ')
    if (what === 'start') start = Number(offset)
    if (what === 'found') found.set(Number(offset), value ?? '')
  }
  const isTold = (offset: number): boolean => lines.includes(`corrupt orders ${offset}`)
  if (start < trimmed) return `the log start went back from ${trimmed} to ${start}`
  for (const [offset, value] of acked) {
    if (offset >= start && found.get(offset) !== value && !isTold(offset))
      return `${value} at ${offset} is ${found.get(offset) ?? 'lost'}`
  }
  const values = [...found.values()]
  return new Set(values).size === values.length ? undefined : 'a value stands there twice'
}

/** The last value of each key is there, or one that came after it. */
function compareKept(kept: ReadonlyMap<string, string>, lines: readonly string[]): string | undefined {
  if (lines.some((line) => line.startsWith('corrupt kept'))) return undefined
  const last = lines.filter((line) => line.startsWith('last ')).map((line) => orderOf(line.slice(5)))
  for (const [key, value] of kept) {
    const [life, count] = orderOf(value)
    const isThere = last.some(
      ([otherLife, other]) =>
        other % KEYS === count % KEYS && (otherLife > life || (otherLife === life && other >= count))
    )
    if (!isThere) return `${value}, the last value of ${key}, is lost`
  }
  return undefined
}

function orderOf(value: string): readonly [life: number, count: number] {
  const [life = 0, count = 0] = value.split('-').map(Number)
  return [life, count]
}

let failed = 0
const names = FAILPOINTS.filter((name) => name.includes(values.only))
for (const name of names) {
  for (const hit of values.hits.split(',')) {
    const { reached, acknowledged, problem } = await killAt(name, hit)
    // A step that happens once has no third time.
    const missed = !reached && hit === '1' ? 'never reached' : undefined
    const trouble = problem ?? missed
    if (trouble !== undefined) failed++
    const verdict = trouble === undefined ? (reached ? 'ok' : 'not so often') : 'FAILED'
    console.log(
      `${verdict.padEnd(13)} ${name.padEnd(22)} hit ${hit.padStart(2)} ${acknowledged} acknowledged  ${trouble ?? ''}`
    )
  }
}
const runs = names.length * values.hits.split(',').length
console.log(`${runs - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 && runs > 0 ? 0 : 1
