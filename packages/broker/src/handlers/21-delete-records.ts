/**
 * DeleteRecords: moves the beginning of partitions forward; what lies before is gone for readers at once and for
 * the disk when whole segments are free. -1 stands for the high watermark.
 *
 * - Durable when answered, with the new beginning as low watermark.
 * - An offset above the high watermark gets OFFSET_OUT_OF_RANGE; a topic whose `cleanup.policy` lacks `delete` gets
 *   POLICY_VIOLATION.
 */
import { ErrorCode } from '@naru/protocol'
import {
  DELETE_RECORDS,
  type DeleteRecordsPartition,
  type DeleteRecordsPartitionResult,
  type DeleteRecordsRequest,
  type DeleteRecordsResponse
} from '@naru/protocol/messages/21-delete-records'
import { resourceKey, type TopicMetadata } from '@naru/storage'
import type { ApiHandler, RequestContext } from '../handler.ts'

export const handler: ApiHandler<DeleteRecordsRequest, DeleteRecordsResponse> = {
  message: DELETE_RECORDS,
  permission: 'topic:delete',
  handle
}

async function handle(
  context: RequestContext,
  request: DeleteRecordsRequest
): Promise<DeleteRecordsResponse> {
  const topics = await Promise.all(
    request.topics.map(async ({ name, partitions }) => {
      const topic = context.broker.topics.byName(name)
      return {
        name,
        partitions: await Promise.all(partitions.map((part) => deleteBefore(context, topic, part)))
      }
    })
  )
  return { throttleTimeMs: 0, topics }
}

async function deleteBefore(
  context: RequestContext,
  topic: TopicMetadata | undefined,
  { partitionIndex, offset }: DeleteRecordsPartition
): Promise<DeleteRecordsPartitionResult> {
  const failed = (errorCode: ErrorCode): DeleteRecordsPartitionResult => ({
    partitionIndex,
    lowWatermark: -1,
    errorCode
  })
  if (topic === undefined || partitionIndex < 0 || partitionIndex >= topic.partitionCount)
    return failed(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
  if (topic.internal) return failed(ErrorCode.INVALID_TOPIC_EXCEPTION)
  if (!deletes(context, topic)) return failed(ErrorCode.POLICY_VIOLATION)
  if (offset < -1) return failed(ErrorCode.OFFSET_OUT_OF_RANGE)
  const result = await context.broker.storage.log.deleteRecordsBefore(topic.topicId, partitionIndex, offset)
  switch (result.kind) {
    case 'deleted':
      return { partitionIndex, lowWatermark: result.logStartOffset, errorCode: ErrorCode.NONE }
    case 'out-of-range':
      return failed(ErrorCode.OFFSET_OUT_OF_RANGE)
    case 'unknown-partition':
      return failed(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    case 'storage-error':
      return failed(ErrorCode.KAFKA_STORAGE_ERROR)
  }
}

function deletes(context: RequestContext, topic: TopicMetadata): boolean {
  const overrides = context.broker.topics.image.configs.get(resourceKey('topic', topic.name))
  return (context.broker.config.topicValue(overrides, 'cleanup.policy') ?? '').includes('delete')
}
