/** Nothing stays open: the process of a test ends by itself, and its folder is gone, also after a failure. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { createTestBroker } from '@naru/testing'

const EXIT_MS_MAX = 20_000

test('a process that has closed its brokers has no handles and ends by itself', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'disposal-'))
  const program = join(import.meta.dirname, 'disposal', 'program.ts')
  try {
    const options = { env: { ...process.env, TMPDIR: folder }, timeout: EXIT_MS_MAX }
    const { stdout } = await promisify(execFile)(process.execPath, [program], options)
    assert.deepEqual(JSON.parse(stdout), { open: [], folders: [] })
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('a start that fails leaves nothing open either', async () => {
  const before = process.getActiveResourcesInfo()
  const broken = { durability: 'fsync', topics: ['no spaces'] } as const
  await assert.rejects(() => createTestBroker(broken), { code: 'INVALID_TOPIC_EXCEPTION' })
  assert.deepEqual(process.getActiveResourcesInfo(), before)
})

test('the folder is there while the broker is, and not afterwards', async () => {
  const count = async (): Promise<number> =>
    (await readdir(tmpdir())).filter((name) => name.startsWith(`naru-test-${process.pid}-`)).length
  const broker = await createTestBroker({ durability: 'os' })
  assert.equal(await count(), 1)
  await broker.close()
  assert.equal(await count(), 0)
})

test('a closed broker takes no connections', async () => {
  const broker = await createTestBroker()
  await broker.close()
  const socket = connect(broker.port, broker.host)
  const error = await new Promise<NodeJS.ErrnoException>((resolve) => socket.once('error', resolve))
  assert.equal(error.code, 'ECONNREFUSED')
})
