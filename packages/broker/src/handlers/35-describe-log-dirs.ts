/**
 * DescribeLogDirs: what the partitions take on disk.
 *
 * - One folder holds everything, named as the setting `log.dirs` names it. No topics (null) means all.
 * - Sizes are of the log itself, tails in memory included. Lag and future replicas do not exist here.
 * - Total and usable bytes of the volume (v4) are not known and -1.
 */
import { ErrorCode } from '@naru/protocol'
import {
  DESCRIBE_LOG_DIRS,
  type DescribeLogDirsRequest,
  type DescribeLogDirsResponse,
  type DescribeLogDirsTopic
} from '@naru/protocol/messages/35-describe-log-dirs'
import { logFolderName } from '../config/log-folder-name.ts'
import type { ApiHandler, RequestContext } from '../handler.ts'

const UNKNOWN_BYTES = -1

export const handler: ApiHandler<DescribeLogDirsRequest, DescribeLogDirsResponse> = {
  message: DESCRIBE_LOG_DIRS,
  permission: 'cluster:describe',
  handle
}

function handle(context: RequestContext, request: DescribeLogDirsRequest): DescribeLogDirsResponse {
  const folder = {
    errorCode: ErrorCode.NONE,
    logDir: logFolderName(context.broker.config),
    topics: request.topics === null ? allTopics(context) : listedTopics(context, request.topics),
    totalBytes: UNKNOWN_BYTES,
    usableBytes: UNKNOWN_BYTES
  }
  return { throttleTimeMs: 0, errorCode: ErrorCode.NONE, results: [folder] }
}

function allTopics(context: RequestContext): DescribeLogDirsTopic[] {
  return [...context.broker.topics.image.topicsByName.values()].map(({ name, partitionCount }) =>
    describe(
      context,
      name,
      Array.from({ length: partitionCount }, (_, index) => index)
    )
  )
}

function listedTopics(
  context: RequestContext,
  topics: readonly { readonly topic: string; readonly partitions: readonly number[] }[]
): DescribeLogDirsTopic[] {
  return topics
    .map(({ topic, partitions }) => describe(context, topic, partitions))
    .filter(({ partitions }) => partitions.length > 0)
}

function describe(context: RequestContext, name: string, indexes: readonly number[]): DescribeLogDirsTopic {
  const topic = context.broker.topics.byName(name)
  const partitions = indexes.flatMap((partitionIndex) => {
    const state = topic && context.broker.storage.log.state(topic.topicId, partitionIndex)
    if (state === undefined) return []
    return [{ partitionIndex, partitionSize: state.sizeBytes, offsetLag: 0, isFutureKey: false }]
  })
  return { name, partitions }
}
