/**
 * Flips one bit after another over every kind of file, starts the engine, and reads everything: nothing wrong is served,
 * nothing is lost in silence, and at most one batch cannot be read.
 *
 *     node conformance/damage/flips.ts --cases 100000
 */
import { parseArgs } from 'node:util'
import { SeededRandom } from '@naru/simulator'
import { gather, type Case } from './evidence.ts'
import { buildFolder } from './folder.ts'
import { judge, written } from './judge.ts'

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '2000' },
    result: { type: 'string', default: '.cache/evidence/damage-flips.jsonl' }
  }
})

const { disk, logs } = await buildFolder()
const expected = await written(disk, logs)
const byKind = Map.groupBy(
  disk.paths().filter((path) => disk.image(path).size > 0),
  (path) => kindOf(path)
)
const kinds = [...byKind.keys()]

function kindOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (name.startsWith('checkpoint-')) return 'checkpoint'
  return name.includes('.') ? name.slice(name.indexOf('.') + 1) : name
}

async function run(number: number): Promise<Case> {
  const random = new SeededRandom(number * 31 + 17)
  const kind = kinds[number % kinds.length] as string
  const path = random.pick(byKind.get(kind) ?? []) as string
  const rotten = disk.clone({ seed: 1 })
  const image = rotten.image(path)
  const bit = random.below(image.size * 8)
  image.flip(bit)
  const { verdict, lostBatches, code, detail } = await judge(rotten, expected)
  const what = `bit ${bit} of ${path}: ${verdict} ${detail ?? code ?? ''}`
  // One bit is no reason to refuse all that the others say.
  const isBad = verdict === 'wrong' || verdict === 'shorter' || verdict === 'refused' || lostBatches > 1
  return {
    verdict: `${kind}: ${verdict}`,
    ...(isBad ? { failure: `${what}, ${lostBatches} batches lost` } : {})
  }
}

console.error(
  `${(disk.usedBytes / 1024).toFixed(0)} KiB in ${disk.paths().length} files: ${kinds.join(', ')}`
)
process.exitCode = await gather({ test: 'flips', cases: Number(values.cases), result: values.result, run })
