import assert from 'node:assert/strict'
import { once } from 'node:events'
import { link, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { nodeDisk } from './disk.ts'

const rounds = 60

/** A socket that nobody listens at, as a process that was killed leaves it. */
async function leaveLock(path: string): Promise<void> {
  const server = createServer().listen(`${path}.1`)
  await once(server, 'listening')
  await link(`${path}.1`, path)
  server.close()
  await once(server, 'close')
}

test(
  'of many who find the lock of a dead process, one gets it',
  { skip: process.platform !== 'linux' && 'only Linux keeps names of sockets in memory' },
  async () => {
    const root = await mkdtemp(join(tmpdir(), 'naru-lock-'))
    const path = join(root, 'lock')
    try {
      for (let round = 0; round < rounds; round++) {
        await leaveLock(path)
        const takers = Array.from({ length: 4 }, async () => {
          await sleep(Math.random())
          return nodeDisk.lock(path)
        })
        const held = (await Promise.all(takers)).filter((lock) => lock !== undefined)
        assert.equal(held.length, 1)
        await held[0]?.release()
      }
    } finally {
      await rm(root, { recursive: true })
    }
  }
)
