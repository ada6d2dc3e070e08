/**
 * Sends in transactions of version 1 or 2, commits and aborts them, commits a group's offsets in them, leaves some to
 * their time-out, and now and then shares its transactional id with another producer, which fences it.
 */
import { PRODUCE } from '@naru/protocol/messages/00-produce'
import { INIT_PRODUCER_ID } from '@naru/protocol/messages/22-init-producer-id'
import { ADD_PARTITIONS_TO_TXN } from '@naru/protocol/messages/24-add-partitions-to-txn'
import { ADD_OFFSETS_TO_TXN } from '@naru/protocol/messages/25-add-offsets-to-txn'
import { END_TXN } from '@naru/protocol/messages/26-end-txn'
import { TXN_OFFSET_COMMIT } from '@naru/protocol/messages/28-txn-offset-commit'
import type { Commit, Send, TransactionEnd } from '@naru/simulator'
import { payloadBatch } from './batches.ts'
import { ControllingClient } from './control-requests.ts'
import { GroupOffsets } from './group-offsets.ts'
import { produceRequest } from './produce-request.ts'
import { judgeAnswer } from './transaction-answers.ts'
import { livingTopics, logOf, type SimTopic, type World } from './world.ts'

interface Identity {
  readonly producerId: number
  readonly producerEpoch: number
  readonly sinceMs: number
}

interface OpenTransaction {
  readonly name: string
  /** Partitions that were added, by version 1. */
  readonly added: Set<string>
  offsets: Commit | undefined
}

/** How a step of a transaction ended: `lost` when the producer has to begin anew. */
type Step = 'done' | 'lost'

export class TransactionalProducer extends ControllingClient {
  readonly transactionalId: string
  readonly group: string
  readonly #isVersion2: boolean
  readonly #offsets: GroupOffsets
  readonly #sequences = new Map<string, number>()
  #identity: Identity | undefined
  #value = 0
  #transactions = 0
  /** Version 1 keeps its epoch, so that a request which comes late could end the next transaction, as in Kafka. */
  #mustBeginAnew = false

  constructor(world: World, name: string, transactionalId: string) {
    super(world, name)
    this.transactionalId = transactionalId
    this.group = `group-of-${transactionalId}`
    this.#isVersion2 = this.random.oneIn(2)
    this.#offsets = new GroupOffsets(this, this.group)
  }

  protected async run(): Promise<void> {
    while (!this.world.stopping) {
      await this.pause(100)
      const topics = livingTopics(this.world).filter(({ permanent }) => permanent)
      if (topics.length === 0 || !(await this.#initialised())) continue
      await this.#transact(topics)
      if (this.random.oneIn(4)) await this.#askOffset(topics)
    }
  }

  async #initialised(): Promise<boolean> {
    if (this.#identity !== undefined && !this.#mustBeginAnew) return true
    await this.wire()
    const invokedMs = this.nowMs
    const request = {
      transactionalId: this.transactionalId,
      transactionTimeoutMs: 1_500 + this.random.below(5_000),
      producerId: -1,
      producerEpoch: -1,
      enable2Pc: false,
      keepPreparedTxn: false
    }
    const response = await this.ask(INIT_PRODUCER_ID, request, this.version(0, 5))
    if (judgeAnswer(this, 'init', response?.errorCode) !== 'done' || response === undefined) return false
    this.#become(response)
    this.#mustBeginAnew = false
    const fence = { by: this.name, id: this.transactionalId, invokedMs, completedMs: this.nowMs }
    this.world.fences.push(fence)
    return true
  }

  #become({ producerId, producerEpoch }: Omit<Identity, 'sinceMs'>): void {
    const before = this.#identity
    if (before?.producerId === producerId && before.producerEpoch === producerEpoch) return
    this.#sequences.clear()
    this.#identity = { producerId, producerEpoch, sinceMs: this.nowMs }
  }

  async #transact(topics: readonly SimTopic[]): Promise<void> {
    const open: OpenTransaction = {
      name: `${this.name}/${++this.#transactions}`,
      added: new Set(),
      offsets: undefined
    }
    let step: Step = 'done'
    for (let writes = 1 + this.random.below(4); writes > 0 && step === 'done'; writes--) {
      const topic = this.random.pick(topics) as SimTopic
      step = await this.#write(open, topic, this.random.below(topic.partitionCount))
      // Open for long enough that something late can come in between.
      await this.pause(150)
    }
    if (step === 'done' && this.random.oneIn(3)) step = await this.#commitOffset(open, topics)
    if (step === 'done' && this.random.oneIn(12)) {
      // Gone for longer than the time-out, or at once succeeded by another incarnation.
      this.world.counts.hit('transaction-abandoned')
      if (this.random.oneIn(2)) await this.pause(8_000)
      step = 'lost'
    }
    if (step === 'done') await this.#end(open, !this.random.oneIn(3))
    else this.#lose(open)
  }

  /** Nobody has asked to commit it. */
  #lose(open: OpenTransaction): void {
    this.#identity = undefined
    this.#tellOffsets(open, 'failed')
  }

  async #write(open: OpenTransaction, topic: SimTopic, partition: number): Promise<Step> {
    if (!this.#isVersion2 && (await this.#add(open, topic, partition)) === 'lost') return 'lost'
    const lane = `${topic.id}/${partition}`
    const sequence = this.#sequences.get(lane) ?? 0
    const { begun, bytes } = this.#batch(open, topic, partition, sequence)
    const request = produceRequest({
      topic,
      partition,
      bytes,
      acks: -1,
      transactionalId: this.transactionalId
    })
    let doubtful = false
    for (;;) {
      const version = this.#isVersion2 ? this.version(12, 13) : this.version(3, 11)
      const { response, late } = await this.control('Produce', PRODUCE, request, version)
      this.#mustBeginAnew ||= late && !this.#isVersion2
      const answer = response?.responses[0]?.partitionResponses[0]
      const verdict = judgeAnswer(this, 'produce', answer?.errorCode)
      doubtful ||= late || verdict === 'again'
      if (verdict === 'again') {
        await this.pause(200)
        continue
      }
      const outcome = verdict === 'done' ? 'ok' : doubtful ? 'indeterminate' : 'failed'
      const baseOffset = verdict === 'done' ? (answer?.baseOffset ?? -1) : -1
      this.world.history.end(begun, { completedMs: this.nowMs, outcome, baseOffset })
      if (verdict === 'lost') return 'lost'
      this.#sequences.set(lane, sequence + begun.sequences.length)
      return 'done'
    }
  }

  #batch(
    open: OpenTransaction,
    topic: SimTopic,
    partition: number,
    sequence: number
  ): { readonly begun: Send; readonly bytes: Uint8Array } {
    const { producerId: id = -1, producerEpoch: epoch = -1 } = this.#identity ?? {}
    const sequences = Array.from({ length: 1 + this.random.below(3) }, () => this.#value++)
    const timestampMs = this.process.wallMs()
    const idempotent = { id, epoch, sequence }
    const batch = { topic: topic.name, partition, producer: this.name, sequences, timestampMs, idempotent }
    const begun = this.world.history.begin<Send>({
      kind: 'send',
      client: this.name,
      log: logOf(topic, partition),
      producer: this.name,
      sequences,
      invokedMs: this.nowMs,
      completedMs: this.nowMs,
      outcome: 'indeterminate',
      baseOffset: -1,
      idempotent: true,
      transaction: open.name
    })
    return { begun, bytes: payloadBatch({ ...batch, transactional: true }, this.random, false) }
  }

  async #add(open: OpenTransaction, topic: SimTopic, partition: number): Promise<Step> {
    const key = `${topic.name}-${partition}`
    if (open.added.has(key)) return 'done'
    const request = {
      transactions: [],
      v3AndBelowTransactionalId: this.transactionalId,
      v3AndBelowProducerId: this.#identity?.producerId ?? -1,
      v3AndBelowProducerEpoch: this.#identity?.producerEpoch ?? -1,
      v3AndBelowTopics: [{ name: topic.name, partitions: [partition] }]
    }
    const step = await this.#untilAnswered(async () => {
      const { response, late } = await this.control(
        'AddPartitionsToTxn',
        ADD_PARTITIONS_TO_TXN,
        request,
        this.version(0, 3)
      )
      this.#mustBeginAnew ||= late
      const result = response?.resultsByTopicV3AndBelow[0]?.resultsByPartition[0]
      return judgeAnswer(this, 'add partitions', result?.partitionErrorCode)
    })
    if (step === 'done') open.added.add(key)
    return step
  }

  async #untilAnswered(ask: () => Promise<Step | 'again'>): Promise<Step> {
    for (;;) {
      const verdict = await ask()
      if (verdict !== 'again') return verdict
      await this.pause(200)
    }
  }

  async #commitOffset(open: OpenTransaction, topics: readonly SimTopic[]): Promise<Step> {
    const { producerId = -1, producerEpoch = -1 } = this.#identity ?? {}
    const { transactionalId, group: groupId } = this
    const identity = { transactionalId, producerId, producerEpoch, groupId }
    if (!this.#isVersion2) {
      const step = await this.#untilAnswered(async () => {
        const response = await this.ask(ADD_OFFSETS_TO_TXN, identity, this.version(0, 3))
        return judgeAnswer(this, 'add offsets', response?.errorCode)
      })
      if (step === 'lost') return step
    }
    const topic = topics[0] as SimTopic
    const offset = this.world.nextOffset++
    open.offsets = this.world.history.begin<Commit>({
      kind: 'commit',
      client: this.name,
      group: groupId,
      log: logOf(topic, 0),
      offset,
      invokedMs: this.nowMs,
      completedMs: this.nowMs,
      outcome: 'indeterminate'
    })
    const partitions = [
      { partitionIndex: 0, committedOffset: offset, committedLeaderEpoch: -1, committedMetadata: '' }
    ]
    const member = { generationId: -1, memberId: '', groupInstanceId: null }
    const request = { ...identity, ...member, topics: [{ name: topic.name, partitions }] }
    return this.#untilAnswered(async () => {
      const version = this.#isVersion2 ? 5 : this.version(0, 4)
      const response = await this.ask(TXN_OFFSET_COMMIT, request, version)
      return judgeAnswer(this, 'offset commit', response?.topics[0]?.partitions[0]?.errorCode)
    })
  }

  #tellOffsets(open: OpenTransaction, outcome: Commit['outcome']): void {
    if (open.offsets !== undefined) {
      this.world.history.end(open.offsets, { completedMs: this.nowMs, outcome })
    }
  }

  async #end(open: OpenTransaction, isCommit: boolean): Promise<void> {
    const { producerId = -1, producerEpoch = -1 } = this.#identity ?? {}
    const identity = { transactionalId: this.transactionalId, producerId, producerEpoch }
    const begun = this.world.history.begin<TransactionEnd>({
      kind: 'transaction-end',
      client: this.name,
      transaction: open.name,
      decision: isCommit ? 'commit' : 'abort',
      invokedMs: this.nowMs,
      completedMs: this.nowMs,
      outcome: 'indeterminate'
    })
    let doubtful = false
    const step = await this.#untilAnswered(async () => {
      const version = this.#isVersion2 ? 5 : this.version(0, 4)
      const request = { ...identity, committed: isCommit }
      await this.wire()
      const invokedMs = this.nowMs
      const { response, late } = await this.control('EndTxn', END_TXN, request, version)
      const verdict = judgeAnswer(this, 'end', response?.errorCode)
      doubtful ||= late || verdict === 'again'
      this.#mustBeginAnew ||= late && !this.#isVersion2
      if (verdict === 'done') this.#refuseZombie(invokedMs)
      if (verdict === 'done' && response !== undefined && this.#isVersion2) this.#become(response)
      return verdict
    })
    this.#told(open, begun, step, doubtful)
  }

  #told(open: OpenTransaction, begun: TransactionEnd, step: Step, doubtful: boolean): void {
    const isCommit = begun.decision === 'commit'
    if (step === 'lost') this.#identity = undefined
    const isOpen = step === 'lost' && isCommit && doubtful
    const decision = isCommit && (step === 'done' || isOpen) ? 'commit' : 'abort'
    const outcome = isOpen ? 'indeterminate' : 'ok'
    this.world.history.end(begun, { completedMs: this.nowMs, decision, outcome })
    this.#tellOffsets(open, isOpen ? 'indeterminate' : decision === 'commit' ? 'ok' : 'failed')
  }

  /** Whoever took the id over before the end was asked for has ended this transaction. */
  #refuseZombie(invokedMs: number): void {
    const since = this.#identity?.sinceMs ?? 0
    const { fences } = this.world
    const isFenced = fences.some(
      ({ id, by, invokedMs: beganMs, completedMs }) =>
        id === this.transactionalId && by !== this.name && beganMs > since && completedMs < invokedMs
    )
    if (isFenced) throw new Error(`${this.name} ended a transaction although it was fenced`)
  }

  async #askOffset(topics: readonly SimTopic[]): Promise<void> {
    const topic = topics[0]
    if (topic !== undefined) await this.#offsets.committed(topic, 0, { stable: true })
  }
}
