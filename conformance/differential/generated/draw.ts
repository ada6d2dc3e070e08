// What a request is drawn from: the numbers of a seed, and the names that a program plays with. Every draw happens in
// the same order for both brokers, whatever they have answered.

import { ZERO_UUID, type Uuid } from '@naru/base'
import type { Seeded } from './seeded.ts'
import { UNKNOWN_ID, type ProducerState, type Side } from './side.ts'

/** Topics that stay, with their partition counts. */
export const LASTING_TOPICS = { plain: 3, single: 1, compacted: 2 } as const
/** Topics that come and go. */
export const PASSING_TOPICS = ['alpha', 'beta', 'gamma'] as const
export const PRODUCERS = ['free-0', 'free-1'] as const
export const TRANSACTIONS = ['tx-0', 'tx-1', 'tx-2'] as const
/** Groups whose only member is the one of slot 0. */
export const GROUPS = ['group-0', 'group-1'] as const
/** A group without members, for offsets and transactions. */
export const LOOSE_GROUP = 'group-loose'
export const FIRST_TIME = Date.now() - 3_600_000

const LONG_NAME = 'n'.repeat(250)

export class Draw {
  readonly random: Seeded
  readonly side: Side

  constructor(random: Seeded, side: Side) {
    this.random = random
    this.side = side
  }

  pick<T>(list: readonly T[]): T {
    return this.random.pick(list)
  }

  chance(share: number): boolean {
    return this.random.chance(share)
  }

  below(end: number): number {
    return this.random.below(end)
  }

  /** One or two of them, seldom none. */
  few<T>(make: () => T): T[] {
    const count = this.pick([1, 1, 1, 1, 2, 2, 0])
    return Array.from({ length: count }, make)
  }

  own(name: string): string {
    return `${this.side.prefix}${name}`
  }

  lastingTopic(): string {
    return this.own(this.pick(Object.keys(LASTING_TOPICS)))
  }

  passingTopic(): string {
    return this.own(this.pick(PASSING_TOPICS))
  }

  /** Mostly one that is there. */
  topic(): string {
    const draw = this.below(20)
    const lasting = this.lastingTopic()
    const passing = this.passingTopic()
    const odd = this.oddTopic()
    if (draw < 13) return lasting
    return draw < 18 ? passing : odd
  }

  /** Names of which each is drawn once. */
  topics(): string[] {
    const pool = [...Object.keys(LASTING_TOPICS), ...PASSING_TOPICS].map((name) => this.own(name))
    const count = this.pick([1, 1, 1, 2, 2, 3])
    const chosen = this.random.some(pool, count)
    const odd = this.oddTopic()
    return this.chance(0.08) ? [...chosen.slice(1), odd] : chosen
  }

  oddTopic(): string {
    return this.pick([this.own('not-here'), '', 'a b', '.', LONG_NAME, this.own('not-here-either')])
  }

  topicId(name: string): Uuid {
    const odd = this.below(40)
    if (odd === 0) return UNKNOWN_ID
    return odd === 1 ? ZERO_UUID : this.side.topicId(name)
  }

  partition(): number {
    return this.pick([0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 9, -1])
  }

  /** Each once. */
  partitions(): number[] {
    const count = this.pick([1, 1, 1, 2, 2, 3])
    const chosen = this.random.some([0, 1, 2, 3], count)
    return this.chance(0.05) ? [this.pick([9, -1, 2147483647])] : chosen
  }

  offset(): number {
    return this.pick([0, 0, 1, 2, 3, 4, 5, 6, 8, 10, 13, 20, 40, -1, 9_000_000_000])
  }

  group(): string {
    const known = this.own(this.pick([...GROUPS, LOOSE_GROUP]))
    return this.chance(0.08) ? this.pick(['', this.own('group-of-nobody')]) : known
  }

  /** The name of a producer's role, and what the broker has told of it. */
  producer(names: readonly string[]): { readonly role: string; readonly state: ProducerState } {
    const role = this.pick(names)
    return { role, state: this.side.producer(role) }
  }

  transactionalId(role: string): string {
    return this.chance(0.03) ? this.pick(['', this.own('tx-of-nobody')]) : this.own(role)
  }

  /** Id and epoch of a producer, now and then another's or an older one's. */
  identity(state: ProducerState): { readonly producerId: number; readonly producerEpoch: number } {
    const odd = this.below(30)
    if (odd === 0)
      return { producerId: state.id, producerEpoch: Math.max(state.epoch - 1, state.id < 0 ? -1 : 0) }
    if (odd === 1 && state.id >= 0) return { producerId: state.id, producerEpoch: state.epoch + 1 }
    if (odd === 2 && state.id >= 0) return { producerId: state.id + 1_000_000, producerEpoch: state.epoch }
    return { producerId: state.id, producerEpoch: state.epoch }
  }
}
