/** `naru import` on folders that it cannot take over; what it takes over is tested with the storage. */
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ExitCode } from '../src/exit-codes.ts'
import { naru } from './fake-host.ts'

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'naru-import-'))
  try {
    await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

test('a-folder-without-a-kafka-is-not-found', () =>
  withFolder(async (folder) => {
    const args = ['import', '--from-kafka', folder, '--data', join(folder, 'data')]
    const result = await naru(args)
    assert.equal(result.exitCode, ExitCode.notFound)
    assert.match(result.stderr, /is not all that an Apache Kafka node has/)
    const korean = await naru(args, { env: { NARU_LANG: 'ko' } })
    assert.match(korean.stderr, /Apache Kafka 노드의 로그 폴더.*전부가 아닙니다/)
  }))

test('a-kafka-that-did-not-stop-is-refused', () =>
  withFolder(async (folder) => {
    await mkdir(join(folder, '__cluster_metadata-0'))
    await writeFile(join(folder, 'meta.properties'), 'version=1\ncluster.id=x\nnode.id=0\n')
    const result = await naru(['import', '--from-kafka', folder, '--data', join(folder, 'data')])
    assert.equal(result.exitCode, ExitCode.refused)
    assert.match(result.stderr, /runs, or did not stop in an orderly way/)
  }))
