import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Examination, Finding } from '@naru/storage/doctor'
import { loadMessages } from '../../i18n/messages.ts'
import { describeFinding, isRepairable } from './describe-finding.ts'

const place = { topic: 'orders', partition: 0 }
const lost: Finding = {
  ...place,
  kind: 'records-lost',
  reason: 'the records cannot be read',
  remedy: 'restore',
  fromOffset: 4,
  toOffset: 5
}
const block: Finding = {
  ...place,
  kind: 'file-damaged',
  reason: 'a block does not match its checksum',
  remedy: 'none',
  file: '0.log',
  position: 4096
}

function examined(findings: readonly Finding[]): Examination {
  const totals = { topics: 1, partitions: 1, bytes: 0, batches: 0 }
  return { verdict: 'damaged', cleanStop: true, totals, findings, findingCount: findings.length }
}

test('a-block-of-lost-records-is-not-said-to-need-nothing', async () => {
  const messages = await loadMessages('en')
  const needsNothing = '; nothing has to be done'
  assert.equal(
    describeFinding(block, [lost, block], messages),
    '0.log:4096: a block does not match its checksum (orders-0)'
  )
  assert.ok(describeFinding(block, [block], messages).endsWith(needsNothing))
  assert.ok(describeFinding(block, [{ ...lost, partition: 1 }, block], messages).endsWith(needsNothing))
})

test('one-lost-record-is-told-by-its-offset', async () => {
  const english = describeFinding(lost, [lost], await loadMessages('en'))
  assert.equal(english, 'orders-0: the record at offset 4 cannot be read; only a backup brings it back')
  const korean = describeFinding({ ...lost, toOffset: 9 }, [lost], await loadMessages('ko'))
  assert.equal(
    korean,
    'orders-0: 오프셋 4부터 8까지의 레코드를 읽을 수 없습니다. 백업으로만 복구할 수 있습니다'
  )
})

test('what-only-a-backup-brings-back-is-no-work-for-a-repair', () => {
  assert.equal(isRepairable(examined([lost, block])), false)
  assert.equal(isRepairable(examined([lost, { ...block, remedy: 'remove-file' }])), true)
  assert.equal(isRepairable(examined([{ ...block, kind: 'journal-damaged' }])), true)
})
