import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IndexCache } from './index-cache.ts'

/** Loads buffers of the asked size and counts how often. */
class Loads {
  readonly cache: IndexCache
  count = 0

  constructor(bytesMax: number) {
    this.cache = new IndexCache({ bytesMax })
  }

  get(path: string, bytes: number): Promise<Buffer> {
    return this.cache.get(path, bytes, async () => {
      this.count++
      await Promise.resolve()
      return Buffer.alloc(bytes)
    })
  }
}

test('a file is loaded once for all who ask at the same time and later', async () => {
  const loads = new Loads(100)
  await Promise.all([loads.get('a', 10), loads.get('a', 10)])
  await loads.get('a', 10)
  assert.deepEqual([loads.count, loads.cache.bytes], [1, 10])
})

test('a file that has grown is loaded again, and its beginning is given to who asks for less', async () => {
  const loads = new Loads(100)
  await loads.get('a', 10)
  assert.equal((await loads.get('a', 20)).byteLength, 20)
  assert.equal((await loads.get('a', 10)).byteLength, 10)
  assert.deepEqual([loads.count, loads.cache.bytes], [2, 20])
})

test('the least recently used files are dropped beyond the bound', async () => {
  const loads = new Loads(25)
  for (const path of ['a', 'b', 'a', 'c']) await loads.get(path, 10)
  assert.deepEqual([loads.count, loads.cache.bytes], [3, 20])
  await loads.get('a', 10)
  assert.equal(loads.count, 3)
  await loads.get('b', 10)
  assert.equal(loads.count, 4)
})

test('a file that was replaced while it was loading is not kept', async () => {
  const loads = new Loads(100)
  const loading = loads.get('a', 10)
  loads.cache.forget('a')
  await loading
  assert.equal(loads.cache.bytes, 0)
})
