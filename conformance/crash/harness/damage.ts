/** Damages one file of a data folder, as a bad disk or a bad hand would. */
import { open, readdir, rm, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import type { SeededRandom } from '@naru/simulator'

export const DAMAGES = ['bit flip', 'cut', 'zeroed tail', 'removed'] as const
export type DamageKind = (typeof DAMAGES)[number]

/** How much of a tail is cut or zeroed, at most. */
const tailBytesMax = 64 * 1024
/** Journal files are larger than what was written into them: a place that holds something is looked for. */
const triesMax = 500

/** Non-empty files below the folder whose path passes; sorted, so that a seed means the same in every run. */
export async function filesBelow(folder: string, isWanted: (path: string) => boolean): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const found: string[] = []
  for (const path of paths.toSorted()) {
    if (isWanted(path) && (await stat(path)).size > 0) found.push(path)
  }
  return found
}

export async function damageFile(path: string, kind: DamageKind, random: SeededRandom): Promise<string> {
  if (kind === 'removed') {
    await rm(path)
    return `removed ${path}`
  }
  if (kind === 'bit flip') return flipBit(path, random)
  const end = await lastByteWritten(path)
  const from = Math.max(0, end - 1 - random.below(Math.min(end, tailBytesMax)))
  if (kind === 'cut') await truncate(path, from)
  else await overwrite(path, from, new Uint8Array(end - from))
  return `${kind} of ${path} from ${from} of ${end}`
}

async function flipBit(path: string, random: SeededRandom): Promise<string> {
  await using file = await open(path, 'r+')
  const { size } = await file.stat()
  const byte = new Uint8Array(1)
  let at = 0
  for (let tries = 0; tries < triesMax && (byte[0] ?? 0) === 0; tries++) {
    at = random.below(size)
    await file.read(byte, 0, 1, at)
  }
  const bit = random.below(8)
  byte[0] = (byte[0] ?? 0) ^ (1 << bit)
  await file.write(byte, 0, 1, at)
  return `bit ${bit} of byte ${at} of ${path}`
}

async function lastByteWritten(path: string): Promise<number> {
  await using file = await open(path, 'r')
  const { size } = await file.stat()
  const block = new Uint8Array(64 * 1024)
  for (let from = Math.max(0, size - block.length); ; from = Math.max(0, from - block.length)) {
    const { bytesRead } = await file.read(block, 0, Math.min(block.length, size - from), from)
    const last = block.subarray(0, bytesRead).findLastIndex((byte) => byte !== 0)
    if (last >= 0) return from + last + 1
    if (from === 0) return size
  }
}

async function overwrite(path: string, from: number, bytes: Uint8Array): Promise<void> {
  await using file = await open(path, 'r+')
  await file.write(bytes, 0, bytes.length, from)
}
