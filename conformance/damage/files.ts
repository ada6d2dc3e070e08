/**
 * Removes, shortens, exchanges or puts back older versions of whole files. Each is noticed, made up for, or refused by the
 * start.
 *
 *     node conformance/damage/files.ts --cases 2000
 */
import { parseArgs } from 'node:util'
import { SeededRandom, type FaultyDisk } from '@naru/simulator'
import { gather, type Case } from './evidence.ts'
import { buildFolder } from './folder.ts'
import { judge, written } from './judge.ts'

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '400' },
    result: { type: 'string', default: '.cache/evidence/damage-files.jsonl' }
  }
})
const harms = ['missing', 'shorter', 'exchanged', 'older'] as const

const { disk, earlier, logs } = await buildFolder()
const expected = await written(disk, logs)
const paths = disk.paths().filter((path) => disk.image(path).size > 0)
/** Those that have changed since: to put the others back would be no damage. */
const stalePaths = paths.filter(
  (path) => earlier.paths().includes(path) && !contentOf(earlier, path).equals(contentOf(disk, path))
)

function contentOf(of: FaultyDisk, path: string): Buffer {
  const image = of.image(path)
  const content = Buffer.alloc(image.size)
  image.read(content, 0)
  return content
}

function put(on: FaultyDisk, path: string, content: Buffer): void {
  const image = on.image(path)
  image.truncate(0)
  image.write(content, 0)
  image.sync()
}

/** Another file of the same kind with other content; any other file where there is none. */
function relativeOf(path: string, random: SeededRandom): string {
  const ending = /[^/]*?(\.[a-z]+|-[0-9a-f]+)?$/.exec(path)?.[1] ?? ''
  const kind = ending.startsWith('-') ? 'checkpoint-' : ending
  const others = paths.filter((one) => !contentOf(disk, one).equals(contentOf(disk, path)))
  return (random.pick(others.filter((one) => one.includes(kind))) ?? random.pick(others)) as string
}

async function damage(on: FaultyDisk, harm: (typeof harms)[number], random: SeededRandom): Promise<string> {
  const path = random.pick(paths) as string
  if (harm === 'missing') {
    await on.mount().remove(path)
    return path
  }
  if (harm === 'shorter') {
    const content = contentOf(on, path)
    put(on, path, content.subarray(0, random.below(content.byteLength)))
    return path
  }
  if (harm === 'exchanged') {
    const other = relativeOf(path, random)
    put(on, path, contentOf(disk, other))
    put(on, other, contentOf(disk, path))
    return `${path} and ${other}`
  }
  const stale = random.pick(stalePaths) as string
  put(on, stale, contentOf(earlier, stale))
  return stale
}

async function run(number: number): Promise<Case> {
  const random = new SeededRandom(number * 77 + 5)
  const harm = harms[number % harms.length] as (typeof harms)[number]
  const harmed = disk.clone({ seed: 1 })
  const where = await damage(harmed, harm, random)
  const { verdict, code, detail } = await judge(harmed, expected)
  const isBad = verdict === 'wrong' || verdict === 'shorter'
  const what = `${harm} ${where}: ${verdict} ${detail ?? code ?? ''}`
  return { verdict: `${harm}: ${verdict}`, ...(isBad ? { failure: what } : {}) }
}

process.exitCode = await gather({ test: 'files', cases: Number(values.cases), result: values.result, run })
