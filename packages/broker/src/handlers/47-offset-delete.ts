/**
 * OffsetDelete: takes committed offsets away, durable when answered.
 *
 * - Topics that members of the group read keep theirs (GROUP_SUBSCRIBED_TO_TOPIC); a group of another kind than
 *   consumers keeps all while it has members (NON_EMPTY_GROUP). An unknown group is GROUP_ID_NOT_FOUND.
 * - Topics and partitions that do not exist are UNKNOWN_TOPIC_OR_PARTITION; nothing committed is no error.
 */
import { ErrorCode } from '@naru/protocol'
import {
  OFFSET_DELETE,
  type OffsetDeleteRequest,
  type OffsetDeleteResponse
} from '@naru/protocol/messages/47-offset-delete'
import { groupsOf } from '../groups/index.ts'
import type { OffsetsResult } from '../groups/results.ts'
import type { ApiHandler, RequestContext } from '../handler.ts'

export const handler: ApiHandler<OffsetDeleteRequest, OffsetDeleteResponse> = {
  message: OFFSET_DELETE,
  permission: 'group:delete',
  handle
}

async function handle(context: RequestContext, request: OffsetDeleteRequest): Promise<OffsetDeleteResponse> {
  const { broker } = context
  const unwanted = request.topics.map(({ name, partitions }) => {
    const count = broker.topics.byName(name)?.partitionCount ?? 0
    const indexes = partitions.map(({ partitionIndex }) => partitionIndex)
    return { topic: name, partitions: indexes.filter((index) => index >= 0 && index < count) }
  })
  const result = await groupsOf(broker).deleteOffsets(request.groupId, unwanted)
  const isRefused = result.error !== ErrorCode.NONE
  return { errorCode: result.error, throttleTimeMs: 0, topics: isRefused ? [] : answer(request, result) }
}

/** The coordinator answers the topics in their order; partitions that it was not asked about do not exist. */
function answer(request: OffsetDeleteRequest, result: OffsetsResult): OffsetDeleteResponse['topics'] {
  return request.topics.map(({ name, partitions }, index) => {
    const answered = result.topics[index]?.partitions ?? []
    const errors = new Map(answered.map(({ partition, error }) => [partition, error]))
    return {
      name,
      partitions: partitions.map(({ partitionIndex }) => ({
        partitionIndex,
        errorCode: errors.get(partitionIndex) ?? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
      }))
    }
  })
}
