import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DiskFile } from '@naru/base'
import { FaultyDisk } from './faulty-disk.ts'

async function fileOf(disk: FaultyDisk): Promise<DiskFile> {
  const mounted = disk.mount()
  await mounted.makeDirectory('/data')
  const file = await mounted.open('/data/file', { mode: 'create' })
  await mounted.syncDirectory('/data')
  await mounted.syncDirectory('/')
  return file
}

async function contentOf(file: DiskFile): Promise<string> {
  const bytes = Buffer.alloc(await file.size())
  await file.read(bytes, 0)
  return bytes.toString()
}

test('a misdirected write says that all went well, and lies elsewhere', async () => {
  const disk = new FaultyDisk({ seed: 1 })
  const file = await fileOf(disk)
  await file.write([Buffer.alloc(2048, 'a')], 0)
  disk.rule = ({ operation }) => (operation === 'write' ? { kind: 'misdirect', byBytes: -1024 } : undefined)
  assert.equal(await file.write([Buffer.alloc(512, 'b')], 1536), 512)
  const content = await contentOf(file)
  assert.equal(content, 'a'.repeat(512) + 'b'.repeat(512) + 'a'.repeat(1024))
})

test('a misdirected write at the end of a file makes the file as long as it should be', async () => {
  const disk = new FaultyDisk({ seed: 1 })
  const file = await fileOf(disk)
  disk.rule = ({ operation }) => (operation === 'write' ? { kind: 'misdirect', byBytes: 512 } : undefined)
  await file.write([Buffer.alloc(512, 'b')], 1024)
  assert.equal(await file.size(), 1536)
})

test('a read can fail, and the next one gives what is there', async () => {
  const disk = new FaultyDisk({ seed: 1 })
  const file = await fileOf(disk)
  await file.write([Buffer.from('kept')], 0)
  disk.readRule = ({ path, position, bytes }) => {
    assert.deepEqual({ path, position, bytes }, { path: '/data/file', position: 0, bytes: 4 })
    return { kind: 'error', code: 'EIO' }
  }
  await assert.rejects(file.read(Buffer.alloc(4), 0), { code: 'EIO' })
  disk.readRule = undefined
  assert.equal(await contentOf(file), 'kept')
})

test('a power cut keeps what was synced, and any part of the rest', async () => {
  const lengths = new Set<number>()
  for (let seed = 1; seed <= 40; seed++) {
    const disk = new FaultyDisk({ seed })
    const file = await fileOf(disk)
    await file.write([Buffer.alloc(1024, 'a')], 0)
    await file.datasync()
    await file.write([Buffer.alloc(4096, 'b')], 1024)
    disk.crash()
    const after = await contentOf(await disk.mount().open('/data/file', { mode: 'read' }))
    assert.ok(after.startsWith('a'.repeat(1024)), `seed ${seed}`)
    lengths.add(after.replaceAll(/[^b]/g, '').length)
  }
  assert.ok(lengths.has(0) && lengths.has(4096) && lengths.size > 4, [...lengths].join(' '))
})

test('after a failed sync the pages look clean and are gone with the power', async () => {
  for (let seed = 1; seed <= 10; seed++) {
    const disk = new FaultyDisk({ seed })
    const file = await fileOf(disk)
    await file.write([Buffer.from('lost')], 0)
    disk.rule = ({ operation }) => (operation === 'datasync' ? { kind: 'error', code: 'EIO' } : undefined)
    await assert.rejects(file.datasync(), { code: 'EIO' })
    disk.rule = undefined
    await file.datasync()
    assert.equal(await contentOf(file), 'lost')
    disk.crash()
    const after = await contentOf(await disk.mount().open('/data/file', { mode: 'read' }))
    assert.notEqual(after, 'lost', `seed ${seed}`)
  }
})
