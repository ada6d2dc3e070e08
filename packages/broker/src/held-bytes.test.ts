import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { HeldBytes, type Holder } from './held-bytes.ts'

function holder(held: HeldBytes): Holder & { gone: boolean } {
  const one = {
    gone: false,
    giveWay: () => {
      one.gone = true
      held.set(one, 0)
    }
  }
  return one
}

describe('held bytes', () => {
  test('over the bound send away who holds some for longest', () => {
    const held = new HeldBytes(10)
    const [first, second, third] = [holder(held), holder(held), holder(held)]
    held.set(first, 4)
    held.set(second, 5)
    held.set(first, 5)
    held.set(third, 5)
    assert.deepEqual([first.gone, second.gone, third.gone], [true, false, false])
    assert.equal(held.bytes, 10)
  })

  test('that became less are held anew', () => {
    const held = new HeldBytes(10)
    const [first, second, third] = [holder(held), holder(held), holder(held)]
    held.set(first, 5)
    held.set(second, 5)
    held.set(first, 4)
    held.set(third, 2)
    assert.deepEqual([first.gone, second.gone, third.gone], [false, true, false])
  })

  test('of one alone beyond the bound send that one away', () => {
    const held = new HeldBytes(10)
    const one = holder(held)
    held.set(one, 11)
    assert.equal(one.gone, true)
    assert.equal(held.bytes, 0)
  })

  test('of one that does not let go are written off', () => {
    const held = new HeldBytes(10)
    held.set({ giveWay: () => undefined }, 11)
    assert.equal(held.bytes, 0)
  })
})
