/**
 * Ends the journal at every byte of its last 64 KiB, with zeros, garbage or older content behind the cut. The engine gives
 * back every batch that was whole before the cut, in order, and nothing else.
 *
 *     node conformance/damage/cuts.ts --bytes 65536
 */
import { parseArgs } from 'node:util'
import { SeededRandom } from '@naru/simulator'
import { gather, type Case } from './evidence.ts'
import { buildFolder, directory } from './folder.ts'
import { judge, written } from './judge.ts'

const { values } = parseArgs({
  options: {
    bytes: { type: 'string', default: '512' },
    result: { type: 'string', default: '.cache/evidence/damage-cuts.jsonl' }
  }
})
const bytes = Number(values.bytes)
const tails = ['zeros', 'garbage', 'old'] as const

const { disk, logs } = await buildFolder()
const expected = await written(disk, logs)
const path = disk.paths().findLast((one) => one.endsWith('.journal')) ?? ''
const content = Buffer.alloc(disk.image(path).size)
disk.image(path).read(content, 0)

/** Where in the newest file each batch ends; undefined for those that are not in it. */
const ends = expected.map(({ batches }) =>
  batches.map((batch) => {
    const at = content.lastIndexOf(batch.bytes)
    return at < 0 ? undefined : at + batch.bytes.byteLength
  })
)
const contentEnd = Math.max(...ends.flat().map((end) => end ?? 0))
if (contentEnd < bytes + 8_192)
  throw new Error(`the newest file of the journal holds ${contentEnd} bytes only`)

function tailOf(kind: (typeof tails)[number], at: number): Buffer {
  const length = content.byteLength - at
  if (kind === 'zeros') return Buffer.alloc(length)
  if (kind === 'garbage') return Buffer.from(new SeededRandom(at).bytes(Math.min(length, 16_384)))
  // Whole frames of the same file, at other places and at the same place within their blocks.
  const shift = 4_096 * (1 + (at % 7))
  return content.subarray(at - shift, Math.min(content.byteLength, at - shift + length))
}

async function run(number: number): Promise<Case> {
  const kind = tails[number % tails.length] as (typeof tails)[number]
  const at = contentEnd - 1 - Math.floor(number / tails.length)
  const torn = disk.clone({ seed: 1 })
  // A tear comes with a note of the durable position that is older, or gone; otherwise the cut would be refused.
  await torn.mount().remove(`${directory}/journal/durable`)
  const image = torn.image(path)
  image.truncate(at)
  image.write(tailOf(kind, at), at)
  const { verdict, served, lostBatches, detail, code } = await judge(torn, expected)
  const least = ends.map((of) => of.filter((end) => end === undefined || end <= at).length)
  const tooFew = verdict !== 'refused' && served.some((count, index) => count < (least[index] ?? 0))
  const isBad = verdict === 'wrong' || verdict === 'refused' || tooFew || lostBatches > 0
  const what = `${kind} from ${at}: ${verdict} ${detail ?? code ?? ''}, ${served.join('/')} of ${least.join('/')}`
  return {
    verdict: `${kind}: ${isBad ? 'not the longest prefix' : 'longest prefix'}`,
    ...(isBad ? { failure: what } : {})
  }
}

process.exitCode = await gather({ test: 'cuts', cases: bytes * tails.length, result: values.result, run })
