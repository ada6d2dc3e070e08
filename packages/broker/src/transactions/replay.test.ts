import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { TransactionDriver, type Identity } from '../../test/transactions/transaction-driver.ts'
import { decodeRecord, encodeRecord } from './records.ts'
import { transactionSlotFormat } from './slot-format.ts'
import { TransactionSlotState, type TransactionRecord } from './state.ts'
import { isEnding, type ClientVersion } from './transaction.ts'

const IDS = ['a', 'b']

type Command =
  | { readonly kind: 'init'; readonly id: string; readonly expects: boolean }
  | { readonly kind: 'add'; readonly id: string; readonly version: ClientVersion; readonly partition: number }
  | { readonly kind: 'end'; readonly id: string; readonly version: ClientVersion; readonly isCommit: boolean }
  | { readonly kind: 'advance'; readonly ms: number }
  | { readonly kind: 'markers' | 'settle' | 'restart' }

const id = fc.constantFrom(...IDS)
const version = fc.constantFrom<ClientVersion>(0, 2)

const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ kind: fc.constant('init' as const), id, expects: fc.boolean() }),
  fc.record({ kind: fc.constant('add' as const), id, version, partition: fc.nat({ max: 3 }) }),
  fc.record({ kind: fc.constant('end' as const), id, version, isCommit: fc.boolean() }),
  fc.record({ kind: fc.constant('advance' as const), ms: fc.constantFrom(1, 50, 61_000, 604_900_000) }),
  fc.record({ kind: fc.constantFrom('markers' as const, 'settle' as const, 'restart' as const) })
)

class Scenario {
  readonly driver = new TransactionDriver()
  readonly #identities = new Map<string, Identity>()

  constructor() {
    this.driver.durable = false
  }

  run(step: Command): void {
    const { driver } = this
    switch (step.kind) {
      case 'init':
        return this.#become(step.id, driver.init(step.expects ? this.#of(step.id) : undefined, step.id))
      case 'add': {
        const { id: transactionalId, version: clientVersion } = step
        driver.add(this.#of(step.id), [step.partition], { clientVersion, transactionalId, waitsForEnd: true })
        return
      }
      case 'end':
        return this.#become(step.id, driver.end(this.#of(step.id), step.isCommit, step.version, step.id))
      case 'advance':
        driver.advance(step.ms)
        driver.run((each) => driver.machine.abortTimedOut(each))
        driver.run((each) => driver.machine.removeExpired(each, driver.wallMs))
        return
      case 'markers':
        return driver.writeMarkers()
      case 'settle':
        return driver.settle()
      case 'restart':
        return driver.restart()
    }
  }

  /** Ends what was decided, as a broker that keeps running does. */
  finish(): void {
    this.driver.settle()
    for (let round = 0; round < 3; round++) {
      this.driver.writeMarkers()
      this.driver.settle()
    }
  }

  #of(transactionalId: string): Identity {
    return this.#identities.get(transactionalId) ?? { producerId: -1, producerEpoch: -1 }
  }

  /** Answers come late; what is known of the identity is then what the state says. */
  #become(transactionalId: string, result: Identity | undefined): void {
    const known = result ?? this.driver.transaction(transactionalId)
    if (known !== undefined && known.producerId >= 0) this.#identities.set(transactionalId, known)
  }
}

function replay(
  records: Iterable<TransactionRecord>,
  state = new TransactionSlotState()
): TransactionSlotState {
  for (const record of records) {
    const { key, value } = encodeRecord(record)
    const decoded = decodeRecord(key, value)
    assert.ok(decoded !== undefined)
    state.apply(decoded)
  }
  return state
}

/** The state as bytes, in an order that does not depend on its history. */
function contents(state: TransactionSlotState): string[] {
  return [...state.transactions]
    .map(([transactionalId, value]) => encodeRecord({ transactionalId, value }))
    .map(
      ({ key, value }) => `${Buffer.from(key).toString('hex')} ${Buffer.from(value ?? []).toString('hex')}`
    )
    .toSorted()
}

const history = fc.array(command, { maxLength: 80, size: 'max' })

test('the records of any history give the state that was worked with', () => {
  fc.assert(
    fc.property(history, (commands) => {
      const run = new Scenario()
      for (const each of commands) run.run(each)
      assert.deepEqual(contents(replay(run.driver.log)), contents(run.driver.machine.state))
    }),
    { numRuns: 300 }
  )
})

test('a snapshot and what came after it give the same state as everything', () => {
  fc.assert(
    fc.property(history, fc.double({ min: 0, max: 1, noNaN: true }), (commands, cut) => {
      const run = new Scenario()
      for (const each of commands) run.run(each)
      const { log } = run.driver
      const at = Math.floor(cut * log.length)
      const snapshot = transactionSlotFormat.encodeSnapshot(replay(log.slice(0, at)))
      const restored = replay(log.slice(at), transactionSlotFormat.decodeSnapshot(snapshot))
      assert.deepEqual(contents(restored), contents(replay(log)))
    }),
    { numRuns: 200 }
  )
})

test('no history leaves a decided transaction without its end, and epochs of an id never fall', () => {
  let decided = 0
  fc.assert(
    fc.property(history, (commands) => {
      const run = new Scenario()
      for (const each of commands) run.run(each)
      run.finish()
      for (const transaction of run.driver.machine.state.transactions.values())
        assert.equal(isEnding(transaction), false)
      const epochs = new Map<string, { producerId: number; producerEpoch: number }>()
      for (const { transactionalId, value } of run.driver.log) {
        if (value === null) {
          epochs.delete(transactionalId)
          continue
        }
        if (isEnding(value)) decided++
        const before = epochs.get(transactionalId)
        if (before?.producerId === value.producerId) assert.ok(value.producerEpoch >= before.producerEpoch)
        epochs.set(transactionalId, value)
      }
    }),
    { numRuns: 300, seed: 7 }
  )
  assert.ok(decided > 50, `only ${decided} transactions were decided`)
})
