/** A group member that sends every request of the protocol by hand and writes the answers down. */
import { ZERO_UUID, type Uuid } from '@naru/base'
import type { ApiMessage } from '@naru/protocol'
import {
  OFFSET_COMMIT,
  type OffsetCommitRequest,
  type OffsetCommitRequestPartition
} from '@naru/protocol/messages/08-offset-commit'
import { OFFSET_FETCH, type OffsetFetchRequest } from '@naru/protocol/messages/09-offset-fetch'
import {
  JOIN_GROUP,
  type JoinGroupRequest,
  type JoinGroupResponse
} from '@naru/protocol/messages/11-join-group'
import { HEARTBEAT } from '@naru/protocol/messages/12-heartbeat'
import { LEAVE_GROUP, type MemberIdentity } from '@naru/protocol/messages/13-leave-group'
import { SYNC_GROUP, type SyncGroupRequest } from '@naru/protocol/messages/14-sync-group'
import type { RawClient } from '../raw-client.ts'
import type { AnswerBook } from './answer-book.ts'
import { subscription } from './machine-driver.ts'

export class GroupClient {
  readonly raw: RawClient
  readonly #book: AnswerBook
  readonly #groupId: string
  memberId = ''
  generationId = -1
  groupInstanceId: string | null = null

  constructor(raw: RawClient, book: AnswerBook, groupId: string) {
    this.raw = raw
    this.#book = book
    this.#groupId = groupId
  }

  async #send<Request, Response>(
    step: string,
    message: ApiMessage<Request, Response>,
    request: Request,
    version: number
  ): Promise<Response> {
    const name = `${this.#groupId}: ${step} (${message.name} v${version})`
    return this.#book.note(name, await this.raw.send(message, request, version))
  }

  async join(step: string, options: Partial<JoinGroupRequest> = {}, version = 9): Promise<JoinGroupResponse> {
    const request: JoinGroupRequest = {
      groupId: this.#groupId,
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 10_000,
      memberId: this.memberId,
      groupInstanceId: this.groupInstanceId,
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: subscription('read') }],
      reason: null,
      ...options
    }
    const response = await this.#send(step, JOIN_GROUP, request, version)
    if (response.memberId !== '') this.memberId = response.memberId
    if (response.generationId >= 0) this.generationId = response.generationId
    return response
  }

  /** The handshake and the join that follows it. */
  async enter(step: string, options: Partial<JoinGroupRequest> = {}): Promise<JoinGroupResponse> {
    await this.join(`${step}, first`, options)
    return this.join(step, options)
  }

  async sync(
    step: string,
    assignments: Readonly<Record<string, string>> = {},
    options: Partial<SyncGroupRequest> = {},
    version = 5
  ): Promise<void> {
    const request: SyncGroupRequest = {
      groupId: this.#groupId,
      generationId: this.generationId,
      memberId: this.memberId,
      groupInstanceId: this.groupInstanceId,
      protocolType: 'consumer',
      protocolName: 'range',
      assignments: Object.entries(assignments).map(([memberId, text]) => {
        return { memberId, assignment: Buffer.from(text) }
      }),
      ...options
    }
    await this.#send(step, SYNC_GROUP, request, version)
  }

  async heartbeat(step: string, generationId = this.generationId, version = 4): Promise<void> {
    const { memberId, groupInstanceId } = this
    await this.#send(
      step,
      HEARTBEAT,
      { groupId: this.#groupId, generationId, memberId, groupInstanceId },
      version
    )
  }

  async leave(step: string, members?: readonly Partial<MemberIdentity>[], version = 5): Promise<void> {
    const own = [{ memberId: this.memberId }]
    const identities = (members ?? own).map((member) => {
      return { memberId: '', groupInstanceId: null, reason: null, ...member }
    })
    const request =
      version >= 3 ? { memberId: '', members: identities } : { memberId: this.memberId, members: [] }
    await this.#send(step, LEAVE_GROUP, { groupId: this.#groupId, ...request }, version)
  }

  async commit(
    step: string,
    offsets: Readonly<Record<string, number>>,
    options: Partial<OffsetCommitRequest> & { readonly metadata?: string; readonly topicId?: Uuid } = {},
    version = 9
  ): Promise<void> {
    const { metadata = null, topicId = ZERO_UUID, ...rest } = options
    const partitionsOf = new Map<string, OffsetCommitRequestPartition[]>()
    for (const [at, committedOffset] of Object.entries(offsets)) {
      const [name = '', partition = '0'] = at.split('/')
      const partitions = partitionsOf.get(name) ?? []
      const partitionIndex = Number(partition)
      partitions.push({
        partitionIndex,
        committedOffset,
        committedLeaderEpoch: -1,
        committedMetadata: metadata
      })
      partitionsOf.set(name, partitions)
    }
    const topics = [...partitionsOf].map(([name, partitions]) => ({ name, topicId, partitions }))
    const request: OffsetCommitRequest = {
      groupId: this.#groupId,
      generationIdOrMemberEpoch: this.generationId,
      memberId: this.memberId,
      groupInstanceId: this.groupInstanceId,
      retentionTimeMs: -1,
      topics,
      ...rest
    }
    await this.#send(step, OFFSET_COMMIT, request, version)
  }

  /** Topics by name, or by id from version 10; null asks for everything. */
  async fetch(
    step: string,
    topics: ReadonlyArray<{
      readonly name?: string
      readonly topicId?: Uuid
      readonly partitions: readonly number[]
    }> | null,
    version = 9
  ): Promise<void> {
    const named = topics?.map(({ name = '', topicId = ZERO_UUID, partitions }) => {
      return { name, topicId, partitionIndexes: partitions }
    })
    const request: OffsetFetchRequest = {
      groupId: version < 8 ? this.#groupId : '',
      topics: version < 8 ? (named ?? null) : [],
      groups:
        version < 8
          ? []
          : [{ groupId: this.#groupId, memberId: null, memberEpoch: -1, topics: named ?? null }],
      requireStable: version >= 7
    }
    await this.#send(step, OFFSET_FETCH, request, version)
  }
}
