import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isMainThread } from 'node:worker_threads'
import { NaruError } from '../errors.ts'
import type { OffLoopTask } from '../off-loop.ts'
import { ThreadOffLoop } from './off-loop.ts'

const module = import.meta.url

export const countBytes: OffLoopTask<
  { bytes: Uint8Array; shared: SharedArrayBuffer },
  { sum: number; bytes: Uint8Array; inMainThread: boolean }
> = {
  module,
  name: 'countBytes',
  run: ({ bytes, shared }) => {
    let sum = 0
    for (const byte of bytes) sum += byte
    new Uint8Array(shared)[0] = 7
    return { sum, bytes: bytes.slice(), inMainThread: isMainThread }
  }
}

export const fail: OffLoopTask<string, never> = {
  module,
  name: 'fail',
  run: (text) => {
    throw new NaruError('NO_SUCH_THING', text)
  }
}

if (isMainThread) {
  test('a task runs in another thread, with bytes handed over and memory shared', async () => {
    await using offLoop = new ThreadOffLoop()
    const bytes = Uint8Array.of(1, 2, 3)
    const shared = new SharedArrayBuffer(8)
    const result = await offLoop.run(countBytes, { bytes, shared }, [bytes.buffer])
    assert.equal(result.sum, 6)
    assert.deepEqual([...result.bytes], [1, 2, 3])
    assert.equal(result.inMainThread, false)
    assert.equal(bytes.byteLength, 0)
    assert.equal(new Uint8Array(shared)[0], 7)
  })

  test('what a task throws rejects, and the next task runs', async () => {
    await using offLoop = new ThreadOffLoop()
    const shared = new SharedArrayBuffer(8)
    const failed = offLoop.run(fail, 'no')
    const next = offLoop.run(countBytes, { bytes: Uint8Array.of(5), shared })
    await assert.rejects(failed, { code: 'NO_SUCH_THING', message: 'no' })
    assert.equal((await next).sum, 5)
  })

  test('a thread that was ended is started again when it is needed', async () => {
    await using offLoop = new ThreadOffLoop()
    const shared = new SharedArrayBuffer(8)
    await offLoop.run(countBytes, { bytes: Uint8Array.of(1), shared })
    await offLoop.end()
    assert.equal((await offLoop.run(countBytes, { bytes: Uint8Array.of(2), shared })).sum, 2)
  })
}
