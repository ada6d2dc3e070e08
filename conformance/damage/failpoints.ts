/**
 * Kills a real process, by SIGKILL and on a real file system, at every failpoint of the storage, and looks whether what it
 * had acknowledged is there, once and in order.
 *
 *     node conformance/damage/failpoints.ts --hits 1,2,5
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { FAILPOINTS } from '@naru/storage'

const { values } = parseArgs({
  options: { only: { type: 'string', default: '' }, hits: { type: 'string', default: '1,3' } }
})

/** Passed only on a full disk, without O_DSYNC, with damage, or by compaction; the simulation drives them. */
const onlySimulated = /^(journal-void|journal-sync|quarantine|segment-rebuild|compaction)/

/** Lives per folder: failpoints of the recovery need something to recover. */
const livesMax = 4

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
    let trimmed = 0
    let reached = false
    for (let life = 0; life < livesMax && !reached; life++) {
      // The first life never begins with something to recover: an early kill makes sure that the second one does.
      const at = life === 0 && !isEarly(name) ? ['journal-written', '40'] : [name, hit]
      const { lines, code } = await run([folder, ...at, String(life)])
      reached = at[0] === name && lines.includes('killed')
      if (code !== null && code !== 0)
        return { reached, acknowledged: acked.size, problem: `a life ended with ${code}` }
      for (const line of lines) {
        const [what, offset, value] = line.split(' ')
        if (what === 'acked') acked.set(Number(offset), value ?? '')
        if (what === 'trimmed') trimmed = Math.max(trimmed, Number(offset))
      }
    }
    const { lines, code } = await run([folder, 'verify'])
    const problem = code === 0 ? compare(acked, trimmed, lines) : `the last start ended with ${code}`
    return { reached, acknowledged: acked.size, problem }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Whether the failpoint lies in the making of the folder, which happens once. */
function isEarly(name: string): boolean {
  return name.startsWith('format-')
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
  if (start < trimmed) return `the log start went back from ${trimmed} to ${start}`
  for (const [offset, value] of acked) {
    if (offset >= start && found.get(offset) !== value)
      return `${value} at ${offset} is ${found.get(offset) ?? 'lost'}`
  }
  const values = [...found.values()]
  return new Set(values).size === values.length ? undefined : 'a value stands there twice'
}

let failed = 0
const names = FAILPOINTS.filter((name) => name.includes(values.only) && !onlySimulated.test(name))
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
