/** Ties are as Apache Kafka 4.2 decides them, which generated groups of several members showed. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { electedProtocol } from './protocol-vote.ts'

const votes = (...pairs: readonly (readonly [string, number])[]): Map<string, number> => new Map(pairs)

test('the protocol with the most votes is elected', () => {
  assert.equal(electedProtocol(votes(['range', 1], ['cooperative-sticky', 2])), 'cooperative-sticky')
  assert.equal(electedProtocol(votes()), undefined)
})

test('a tie is decided as on Apache Kafka, whoever came first', () => {
  const assignors = ['sticky', 'range', 'roundrobin', 'cooperative-sticky'] as const
  for (const [at, earlier] of assignors.entries()) {
    for (const later of assignors.slice(at + 1)) {
      assert.equal(electedProtocol(votes([earlier, 1], [later, 1])), earlier)
      assert.equal(electedProtocol(votes([later, 1], [earlier, 1])), earlier)
    }
  }
})
