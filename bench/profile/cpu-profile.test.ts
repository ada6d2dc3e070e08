import assert from 'node:assert/strict'
import { test } from 'node:test'
import { groupOf, groupTimes, selfTimes, type CpuProfile } from './cpu-profile.ts'

const frame = (functionName: string, url = '') => ({ callFrame: { functionName, url } })

const profile: CpuProfile = {
  nodes: [
    { id: 1, ...frame('(root)'), children: [2, 3, 5] },
    { id: 2, ...frame('(idle)') },
    { id: 3, ...frame('write', 'node:fs'), children: [4] },
    { id: 4, ...frame('writeBuffer') },
    { id: 5, ...frame('writevGeneric', 'node:internal/stream_base_commons'), children: [6] },
    { id: 6, ...frame('writev') }
  ],
  samples: [2, 4, 6, 6],
  timeDeltas: [0, 5_000, 1_000, 2_000]
}

test('a-native-function-belongs-to-the-file-that-called-it', () => {
  const list = selfTimes(profile)
  assert.deepEqual(
    list.map(({ name, file, ms }) => [name, file, ms]),
    [
      ['(idle)', '', 5],
      ['writev', 'node:internal/stream_base_commons', 2],
      ['writeBuffer', 'node:fs', 1]
    ]
  )
})

test('shares-are-of-the-time-that-was-not-idle', () => {
  assert.deepEqual(
    groupTimes(selfTimes(profile)).map(({ group, share }) => [group, Math.round(share * 3)]),
    [
      ['socket writes', 2],
      ['submitting file calls', 1]
    ]
  )
})

test('our-own-files-are-told-apart-by-their-folder', () => {
  assert.equal(groupOf('next', 'broker/src/frame-assembler.ts'), 'cutting frames')
  assert.equal(groupOf('#stage', 'storage/src/journal/journal-writer.ts'), 'journal')
  assert.equal(groupOf('crc32c', 'protocol/src/crc32c.ts'), 'checksums')
})
