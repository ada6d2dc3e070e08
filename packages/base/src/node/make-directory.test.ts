import assert from 'node:assert/strict'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { nodeDisk } from './disk.ts'

test('folders above are made too, and one that is there is no error', async () => {
  const root = await mkdtemp(join(tmpdir(), 'naru-base-'))
  try {
    const path = join(root, 'a', 'b', 'c')
    await nodeDisk.makeDirectory(path)
    await nodeDisk.makeDirectory(path)
    assert.ok((await stat(path)).isDirectory())
  } finally {
    await rm(root, { recursive: true })
  }
})

test(
  'a place that takes no folders is an error and not an endless loop',
  { skip: process.platform !== 'linux' && '/proc is there on Linux only' },
  async () => {
    await assert.rejects(() => nodeDisk.makeDirectory('/proc/naru/data'), { code: 'ENOENT' })
  }
)
