/** Asks what a group has committed, for members and for those who look on. */
import { ErrorCode } from '@naru/protocol'
import { OFFSET_FETCH } from '@naru/protocol/messages/09-offset-fetch'
import type { SimClient } from './sim-client.ts'
import { logOf, type SimTopic } from './world.ts'

/** Transactions may hold an offset back; only these versions can wait for them. */
const stableFrom = 7

export class GroupOffsets {
  readonly #client: SimClient
  readonly #group: string

  constructor(client: SimClient, group: string) {
    this.#client = client
    this.#group = group
  }

  /** Undefined when there is no answer; -1 when nothing is committed. */
  async committed(
    topic: SimTopic,
    partition: number,
    { stable }: { readonly stable: boolean }
  ): Promise<number | undefined> {
    const client = this.#client
    await client.wire()
    const invokedMs = client.nowMs
    const partitions = { name: topic.name, topicId: topic.id, partitionIndexes: [partition] }
    const group = { groupId: this.#group, memberId: null, memberEpoch: -1, topics: [partitions] }
    const version = client.version(stable ? stableFrom : 1, 10)
    const request =
      version < 8
        ? { groupId: this.#group, topics: [partitions], groups: [], requireStable: stable }
        : { groupId: '', topics: [], groups: [group], requireStable: stable }
    const response = await client.ask(OFFSET_FETCH, request, version)
    if (response === undefined) return undefined
    const answered = response.groups[0] ?? response
    const answer = answered.topics[0]?.partitions[0]
    if (answered.errorCode !== ErrorCode.NONE || answer?.errorCode !== ErrorCode.NONE) return undefined
    client.world.history.add({
      kind: 'committed-offset',
      client: client.name,
      group: this.#group,
      log: logOf(topic, partition),
      offset: answer.committedOffset,
      invokedMs,
      completedMs: client.nowMs
    })
    return answer.committedOffset
  }
}
