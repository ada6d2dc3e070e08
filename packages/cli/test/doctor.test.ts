/** `naru doctor` on folders that are whole, damaged, in use, or none at all. */
import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { nodeClock, nodeDisk, nodeRandom, nodeTimers } from '@naru/base/node'
import { DEFAULT_LOG_CONFIG, openLocalStorage, type Storage } from '@naru/storage'
import { naru } from './fake-host.ts'

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'naru-doctor-'))
  try {
    await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function open(directory: string): Promise<Storage> {
  const shared = { disk: nodeDisk, clock: nodeClock, timers: nodeTimers, random: nodeRandom }
  return openLocalStorage({ ...shared, directory, durability: 'fsync', logConfig: () => DEFAULT_LOG_CONFIG })
}

test('a-whole-folder-is-clean', () =>
  withFolder(async (folder) => {
    await (await open(folder)).close()
    const result = await naru(['doctor', '--data', folder])
    assert.equal(result.exitCode, 0, result.stderr)
    assert.match(result.stdout, /topics: 0, partitions: 0.*\nno damage found/)
    const korean = await naru(['doctor', '--data', folder], { env: { NARU_LANG: 'ko' } })
    assert.match(korean.stdout, /손상을 찾지 못했습니다/)
  }))

test('damage-is-named-and-ends-with-1', () =>
  withFolder(async (folder) => {
    const storage = await open(folder)
    await storage.snapshots.save('group', { offset: 1, bytes: Buffer.from('state') })
    await storage.close()
    const path = join(folder, 'snapshots', 'group')
    const bytes = await readFile(path)
    bytes[22] = 0
    await writeFile(path, bytes)
    const result = await naru(['doctor', '--data', folder, '--json'])
    assert.equal(result.exitCode, 1)
    const { verdict, findings } = JSON.parse(result.stdout) as {
      verdict: string
      findings: { file: string }[]
    }
    assert.equal(verdict, 'damaged')
    assert.deepEqual(
      findings.map(({ file }) => file),
      [path]
    )
    assert.match(result.stderr, /is damaged.*\nNext: .*--repair --dry-run/)
    const dry = await naru(['doctor', '--data', folder, '--repair', '--dry-run'])
    assert.match(dry.stderr, /repair: remove .*group/)
    assert.deepEqual(await readdir(join(folder, 'snapshots')), ['group'])
    const repaired = await naru(['doctor', '--data', folder, '--repair', '--yes'])
    assert.equal(repaired.exitCode, 0, repaired.stderr)
    assert.deepEqual(await readdir(join(folder, 'snapshots')), [])
  }))

test('a-folder-around-the-data-points-to-the-data-within', () =>
  withFolder(async (folder) => {
    const data = join(folder, 'broker')
    await (await open(data)).close()
    const around = await naru(['doctor', '--data', folder])
    assert.equal(around.exitCode, 3)
    assert.ok(around.stderr.includes(`Next: naru doctor --data ${data}\n`), around.stderr)
    const exported = await naru(['export', '--data', folder, '--to-kafka', join(folder, 'out')])
    assert.ok(exported.stderr.includes(`--data ${data}\n`), exported.stderr)
    const nowhere = await naru(['doctor', '--data', join(folder, 'nowhere')])
    assert.match(nowhere.stderr, /\nNext: name the folder .*--data FOLDER\n/)
  }))

test('what-cannot-be-judged-has-exit-codes-of-its-own', () =>
  withFolder(async (folder) => {
    assert.equal((await naru(['doctor', '--data', join(folder, 'nowhere')])).exitCode, 3)
    assert.equal((await naru(['doctor', '--data', folder])).exitCode, 3)
    assert.equal((await naru(['doctor', '--dta', folder])).exitCode, 2)
    const storage = await open(folder)
    const locked = await naru(['doctor', '--data', folder])
    await storage.close()
    assert.equal(locked.exitCode, 4)
    assert.match(locked.stderr, /another broker is running/)
  }))
