import assert from 'node:assert/strict'
import { test } from 'node:test'
import { didNothing, outcomes } from './output.ts'

const table = `
[0055_producer_latency        / 38.256s] ================= Test 0055_producer_latency PASSED =================
#==================================================================#
| Test                                     |     Status | Duration | Remarks
#------------------------------------------------------------------#
| 0055_producer_latency                    |     PASSED |  38.256s |
| 0092_mixed_msgver                        |    SKIPPED |   0.000s | MsgVersion 1 was removed
`

test('reads states and seconds from the table', () => {
  const [first, second] = outcomes(table, ['0055_producer_latency', '0092_mixed_msgver'], 0)
  assert.deepEqual([first?.state, first?.seconds], ['passed', 38.256])
  assert.deepEqual([second?.state, second?.note], ['skipped', 'MsgVersion 1 was removed'])
})

test('a run without a table has failed what it had begun', () => {
  const begun = '[<MAIN> / 0.1s] ========= Running test 0081_admin =========\n'
  const [outcome] = outcomes(begun, ['0081_admin'], null)
  assert.equal(outcome?.state, 'failed')
})

test('a test that was over at once did nothing', () => {
  const outcome = { name: 'x', state: 'passed', seconds: 0.001, subtests: 0, note: '' } as const
  assert.ok(didNothing(outcome, false))
  assert.ok(!didNothing({ ...outcome, seconds: 2 }, false))
  assert.ok(didNothing({ ...outcome, seconds: 2 }, true))
})
