import assert from 'node:assert/strict'
import { test } from 'node:test'
import { writeFully } from '@naru/base'
import { FileCache } from './file-cache.ts'
import { MemoryDisk } from './testing/memory-disk.ts'

function diskWith(count: number): MemoryDisk {
  const disk = new MemoryDisk()
  for (let index = 0; index < count; index++) disk.setContent(`f${index}`, Buffer.from([index]))
  return disk
}

async function firstByte(cache: FileCache, path: string): Promise<number> {
  const into = Buffer.alloc(1)
  await cache.read(path, (file) => file.read(into, 0))
  return into[0] as number
}

test('more files than may be open are read in turn, each from the right file', async () => {
  const disk = diskWith(50)
  const cache = new FileCache(disk, { filesMax: 4 })
  const reads = Array.from({ length: 200 }, (_, index) => firstByte(cache, `f${(index * 7) % 50}`))
  const expected = Array.from({ length: 200 }, (_, index) => (index * 7) % 50)
  assert.deepEqual(await Promise.all(reads), expected)
  assert.equal(disk.openCountMax, 4)
  await cache.close()
  assert.equal(disk.openCount, 0)
})

test('a file is opened once for all who ask at the same time, and stays open', async () => {
  const disk = diskWith(2)
  const cache = new FileCache(disk)
  await Promise.all(Array.from({ length: 10 }, () => firstByte(cache, 'f1')))
  assert.equal(disk.openCountMax, 1)
  await firstByte(cache, 'f1')
  assert.equal(disk.openCountMax, 1)
})

test('the file that was used longest ago is closed first', async () => {
  const disk = diskWith(3)
  const cache = new FileCache(disk, { filesMax: 2 })
  for (const path of ['f0', 'f1', 'f0', 'f2']) await firstByte(cache, path)
  disk.files.clear()
  assert.equal(await firstByte(cache, 'f0'), 0)
  await assert.rejects(firstByte(cache, 'f1'), { code: 'ENOENT' })
})

test('a file in use is not closed when it is forgotten, but afterwards', async () => {
  const disk = diskWith(1)
  const cache = new FileCache(disk)
  await cache.read('f0', async (file) => {
    cache.forget('f0')
    assert.equal(disk.openCount, 1)
    assert.equal(await file.size(), 1)
  })
  await cache.close()
  assert.equal(disk.openCount, 0)
})

test('a file that was written to is synced before it is closed to make room', async () => {
  const disk = diskWith(3)
  const cache = new FileCache(disk, { filesMax: 1 })
  await cache.change('f0', (file) => writeFully(file, [Buffer.from('x')], 0))
  await firstByte(cache, 'f1')
  assert.deepEqual(disk.synced, ['f0'])
})

test('a file that was synced when it was closed is not synced again, until it is written to again', async () => {
  const disk = diskWith(2)
  const cache = new FileCache(disk, { filesMax: 1 })
  const write = () => cache.change('f0', (file) => writeFully(file, [Buffer.from('x')], 0))
  await write()
  await firstByte(cache, 'f1')
  await cache.datasync('f0')
  assert.deepEqual(disk.synced, ['f0'])
  await write()
  await cache.datasync('f0')
  assert.deepEqual(disk.synced, ['f0', 'f0'])
})

test('a sync before closing does not count while it runs', async () => {
  const disk = diskWith(2)
  const cache = new FileCache(disk, { filesMax: 1 })
  await cache.change('f0', (file) => writeFully(file, [Buffer.from('x')], 0))
  await Promise.all([firstByte(cache, 'f1'), cache.datasync('f0')])
  assert.deepEqual(disk.synced, ['f0', 'f0'])
})

test('a sync that failed behind the scenes is reported by the next one', async () => {
  const disk = diskWith(3)
  const cache = new FileCache(disk, { filesMax: 1 })
  disk.fail({ operation: 'datasync', pathEnd: 'f0', code: 'EIO', times: 1 })
  await cache.change('f0', (file) => writeFully(file, [Buffer.from('x')], 0))
  await firstByte(cache, 'f1')
  await assert.rejects(cache.datasync('f1'), { code: 'EIO' })
})

test('a sync that succeeds says nothing when the one before closing failed meanwhile', async () => {
  const disk = diskWith(2)
  const cache = new FileCache(disk, { filesMax: 1 })
  disk.fail({ operation: 'datasync', pathEnd: 'f0', code: 'EIO', times: 1 })
  await cache.change('f0', (file) => writeFully(file, [Buffer.from('x')], 0))
  const [, synced] = await Promise.allSettled([firstByte(cache, 'f1'), cache.datasync('f0')])
  assert.equal(synced.status, 'rejected')
})

test('a failed open leaves its place to others', async () => {
  const disk = diskWith(1)
  const cache = new FileCache(disk, { filesMax: 1 })
  const [missing, found] = await Promise.allSettled([firstByte(cache, 'none'), firstByte(cache, 'f0')])
  assert.equal(missing.status, 'rejected')
  assert.deepEqual(found, { status: 'fulfilled', value: 0 })
  assert.equal(cache.openCount, 1)
})

test('making a file replaces the rest of an earlier attempt', async () => {
  const disk = diskWith(1)
  const cache = new FileCache(disk)
  await cache.change('f0', (file) => writeFully(file, [Buffer.from('new')], 0), { create: true })
  assert.equal(disk.content('f0').toString(), 'new')
})
