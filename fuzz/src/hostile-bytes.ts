/** What attackers send: real requests of every API, mutated, and bytes that were never requests. */
import { readdir, readFile } from 'node:fs/promises'
import type { SeededRandom } from './seeded-random.ts'

const goldenFolder = new URL('../../packages/protocol/test/golden/', import.meta.url)
const RANDOM_BYTES_MAX = 4096

/** Requests that were captured from real clients of a real broker. */
export async function loadCorpus(): Promise<Buffer[]> {
  const names = await readdir(goldenFolder, { recursive: true })
  const requests = names.filter((name) => name.endsWith('.request.hex'))
  if (requests.length === 0) throw new Error('there are no golden requests to mutate')
  return Promise.all(
    requests.map(async (name) => parseHex(await readFile(new URL(name, goldenFolder), 'utf8')))
  )
}

function parseHex(text: string): Buffer {
  const lines = text.split('\n').filter((line) => !line.startsWith('#'))
  return Buffer.from(lines.join('').replaceAll(/\s/g, ''), 'hex')
}

/** Bytes to put on the wire as they are: a frame with its length, or something that only looks like one. */
export function hostileBytes(random: SeededRandom, corpus: readonly Buffer[]): Buffer {
  const frame = Buffer.from(random.pick(corpus))
  switch (random.below(8)) {
    case 0:
      return random.bytes(1 + random.below(RANDOM_BYTES_MAX))
    case 1:
      return framed(random.bytes(random.below(RANDOM_BYTES_MAX)))
    case 2:
      return framed(frame.subarray(0, random.below(frame.length + 1)))
    case 3:
      return withLength(frame, random.below(2) === 0 ? 0x7fffffff : -1 - random.below(1000))
    case 4:
      return framed(withExtremeNumber(random, frame))
    case 5:
      return framed(spliced(random, frame, random.pick(corpus)))
    case 6:
      return framed(withHeader(random, frame))
    default:
      return framed(flipped(random, frame))
  }
}

function framed(frame: Buffer): Buffer {
  return withLength(frame, frame.length)
}

function withLength(frame: Buffer, length: number): Buffer {
  const head = Buffer.alloc(4)
  head.writeInt32BE(length)
  return Buffer.concat([head, frame])
}

function flipped(random: SeededRandom, frame: Buffer): Buffer {
  const flips = 1 + random.below(8)
  for (let flip = 0; flip < flips; flip++) {
    const at = random.below(frame.length)
    frame[at] = (frame[at] ?? 0) ^ (1 << random.below(8))
  }
  return frame
}

/** Lengths and counts that lie: the largest and smallest numbers of four bytes anywhere. */
function withExtremeNumber(random: SeededRandom, frame: Buffer): Buffer {
  if (frame.length < 8) return frame
  const at = 8 + random.below(frame.length - 7)
  const value = random.pick([0x7fffffff, -0x80000000, -1, 0, 0x00ffffff, 0x7f000000])
  if (at + 4 <= frame.length) frame.writeInt32BE(value, at)
  return frame
}

function spliced(random: SeededRandom, left: Buffer, right: Buffer): Buffer {
  return Buffer.concat([
    left.subarray(0, random.below(left.length)),
    right.subarray(random.below(right.length))
  ])
}

/** Another API, version or client than the body was made for. */
function withHeader(random: SeededRandom, frame: Buffer): Buffer {
  frame.writeInt16BE(random.below(100), 0)
  frame.writeInt16BE(random.below(20), 2)
  return frame
}
