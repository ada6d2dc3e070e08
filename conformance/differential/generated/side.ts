// What one broker has told us in the course of a program: ids that it invented, and the state that follows from its
// answers. Requests name such things by their role, so that both brokers are asked the same.

import { ZERO_UUID, type Uuid } from '@naru/base'
import { Aliases } from '../normal.ts'

export interface ProducerState {
  id: number
  epoch: number
  /** Next sequence by `topic-partition`. */
  readonly sequences: Map<string, number>
}

export interface MemberState {
  memberId: string
  generation: number
}

export class Side {
  readonly aliases = new Aliases()
  readonly prefix: string
  readonly topicIds = new Map<string, Uuid>()
  readonly #producers = new Map<string, ProducerState>()
  readonly #members = new Map<string, MemberState>()
  fetchSession = { id: 0, epoch: 0 }

  constructor(prefix: string) {
    this.prefix = prefix
  }

  topicId(name: string): Uuid {
    return this.topicIds.get(name) ?? this.#unknownId(name)
  }

  /** A name that nobody has made has an id of its own, so that two of them are not one topic that is named twice. */
  #unknownId(name: string): Uuid {
    let digits = 7
    for (const byte of Buffer.from(name.slice(this.prefix.length))) digits = (digits * 31 + byte) % 10 ** 10
    const id = `AAAAAAAA${String(digits).padStart(10, '0')}AAAw` as Uuid
    this.aliases.set('id', id, `id that ${name} would have`)
    return id
  }

  learnTopic(name: string, id: Uuid): void {
    if (id === ZERO_UUID) return
    this.topicIds.set(name, id)
    this.aliases.set('id', id, `id of ${name}`)
  }

  producer(name: string): ProducerState {
    let known = this.#producers.get(name)
    if (known === undefined) {
      known = { id: -1, epoch: -1, sequences: new Map() }
      this.#producers.set(name, known)
    }
    return known
  }

  learnProducer(name: string, id: number, epoch: number): void {
    const known = this.producer(name)
    if (known.id !== id || known.epoch !== epoch) known.sequences.clear()
    known.id = id
    known.epoch = epoch
    this.aliases.set('producer', String(id), `producer ${name}`)
  }

  member(group: string, slot: number): MemberState {
    const key = `${group}/${slot}`
    let known = this.#members.get(key)
    if (known === undefined) {
      known = { memberId: '', generation: -1 }
      this.#members.set(key, known)
    }
    return known
  }

  learnMember(group: string, slot: number, memberId: string, generation: number): void {
    const known = this.member(group, slot)
    known.memberId = memberId
    known.generation = generation
    if (memberId !== '') this.aliases.set('member', memberId, `member ${slot} of ${group}`)
  }
}

export const UNKNOWN_ID = 'AAAAAAAAAAAAAAAAAAAAew' as Uuid
