/** A next journal file that could not be begun, though some of its first block reached the disk. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ManualClock } from '@naru/base/node'
import { FaultyDisk } from '@naru/simulator'
import { append, createTopic, valuesOf } from '../src/suite/engine.ts'
import { startStorage } from './harness.ts'

for (const knowsDataSync of [true, false]) {
  const how = knowsDataSync ? 'durable writes' : 'writes and syncs'
  it(`keeps what is acknowledged after a roll was refused (${how})`, async () => {
    const disk = new FaultyDisk({ seed: 1, knowsDataSync })
    const clock = new ManualClock()
    const storage = await startStorage(disk, clock)
    const topicId = await createTopic(storage, 'orders')
    const values: string[] = []
    const send = async (value: string): Promise<boolean> => {
      const { kind } = await append(storage, { topicId, values: [value] })
      if (kind === 'appended') values.push(value)
      return kind === 'appended'
    }
    let first: string | undefined
    let writesToNext = 0
    disk.rule = ({ operation, path }) => {
      if (!path.endsWith('.journal')) return undefined
      first ??= path
      if (path === first) return undefined
      // The file is made empty ahead. Its first frame the disk takes, and says that it has no room for it.
      if (operation === 'write') writesToNext++
      return writesToNext >= 2 ? { kind: 'error', code: 'ENOSPC' } : undefined
    }
    for (let index = 0; index < 30 && (await send(`${index} ${'x'.repeat(20_000)}`)); index++);
    assert.equal(writesToNext, 2)
    assert.ok(values.length > 2 && values.length < 8)
    // It would fit into what is left of the file before.
    await send('small')
    const restarted = await startStorage(disk.clone({ seed: 1, knowsDataSync }), new ManualClock())
    assert.deepEqual(await valuesOf(restarted, topicId), values)
    await restarted.close()

    disk.rule = undefined
    assert.ok(await send('when there is room again'))
    assert.deepEqual(await valuesOf(storage, topicId), values)
    await storage.close()
  })
}
