import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { DiskError, type Disk, type OpenOptions } from '@naru/base'
import { nodeDisk } from '@naru/base/node'
import { DirectWrites } from './direct-writes.ts'

/** Pieces of many lengths, each byte telling its place. */
function pieces(bytes: number): Buffer[] {
  const whole = Buffer.from(Uint8Array.from({ length: bytes }, (_, index) => (index * 31) % 251))
  const found: Buffer[] = []
  for (let at = 0, length = 1; at < bytes; at += length, length = (length * 7 + 3) % 90_001) {
    found.push(whole.subarray(at, at + length))
  }
  return found
}

/** How files were opened, and the real disk below. */
function watched(refuse?: (options: OpenOptions) => string | undefined): {
  readonly disk: Disk
  readonly direct: () => number
} {
  let direct = 0
  const open: Disk['open'] = async (path, options) => {
    const code = refuse?.(options)
    if (options.direct === true) direct++
    if (code !== undefined) throw new DiskError({ code, operation: 'open', path })
    return nodeDisk.open(path, options)
  }
  return { disk: { ...nodeDisk, open }, direct: () => direct }
}

async function written(disk: Disk, sizes: readonly number[]): Promise<{ found: Buffer; wanted: Buffer }> {
  const folder = await mkdtemp(join(tmpdir(), 'direct-writes-'))
  try {
    const path = join(folder, 'x.log')
    const file = await disk.open(path, { mode: 'create' })
    const writes = new DirectWrites(disk, 4_096)
    const all: Buffer[] = []
    for (const size of sizes) {
      const chunks = pieces(size)
      await writes.write({ path, file }, chunks, Buffer.concat(all).byteLength)
      all.push(...chunks)
    }
    await file.close()
    return { found: await readFile(path), wanted: Buffer.concat(all) }
  } finally {
    await rm(folder, { recursive: true })
  }
}

const sizes = [10_000, 1, 4_096, 3_000_001, 4_095, 8_192, 700_000, 12]

test('a file has exactly the bytes that were written, wherever blocks begin and end', async () => {
  const { disk, direct } = watched()
  const { found, wanted } = await written(disk, sizes)
  assert.ok(found.equals(wanted))
  if (process.platform === 'linux') assert.ok(direct() >= 3)
})

test('where the system refuses direct writes, it is asked once, and everything is written all the same', async () => {
  const { disk, direct } = watched(({ direct: isDirect }) => (isDirect === true ? 'ENOTSUP' : undefined))
  const { found, wanted } = await written(disk, sizes)
  assert.ok(found.equals(wanted))
  assert.equal(direct(), 1)
})

test('where memory or blocks do not suit the disk, everything is written all the same', async () => {
  const { disk } = watched()
  // Memory that begins one byte behind a page, which Linux answers with EINVAL.
  const askew: Disk = { ...disk, directMemory: (bytes) => nodeDisk.directMemory(bytes + 1).subarray(1) }
  const { found, wanted } = await written(askew, sizes)
  assert.ok(found.equals(wanted))
})

test('an error of the disk reaches the caller', async () => {
  const { disk } = watched(({ direct }) => (direct === true ? 'EIO' : undefined))
  await assert.rejects(written(disk, [10_000]), { code: 'EIO' })
})

test('many writes at once take turns for the memory, and none is mixed with another', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'direct-writes-'))
  try {
    const writes = new DirectWrites(nodeDisk, 4_096)
    const contents = await Promise.all(
      Array.from({ length: 7 }, async (_, index) => {
        const path = join(folder, `${index}.log`)
        const file = await nodeDisk.open(path, { mode: 'create' })
        await writes.write({ path, file }, [Buffer.alloc(2_500_000, index)], 0)
        await file.close()
        return readFile(path)
      })
    )
    for (const [index, content] of contents.entries()) {
      assert.ok(content.equals(Buffer.alloc(2_500_000, index)))
    }
  } finally {
    await rm(folder, { recursive: true })
  }
})
