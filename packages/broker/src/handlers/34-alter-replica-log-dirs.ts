/**
 * AlterReplicaLogDirs: moves replicas between the folders of one broker, of which there is one here.
 *
 * - To the folder that `log.dirs` names: done, as it is there already. A partition that does not exist:
 *   REPLICA_NOT_AVAILABLE.
 * - To any other folder: LOG_DIR_NOT_FOUND, whatever the partition. Left out: Kafka's bound on the length of a
 *   topic's name (INVALID_TOPIC_EXCEPTION), which comes from the names of its folders on the way.
 */
import { ErrorCode } from '@naru/protocol'
import {
  ALTER_REPLICA_LOG_DIRS,
  type AlterReplicaLogDirsRequest,
  type AlterReplicaLogDirsResponse,
  type AlterReplicaLogDirPartitionResult
} from '@naru/protocol/messages/34-alter-replica-log-dirs'
import { logFolderName } from '../config/log-folder-name.ts'
import type { ApiHandler, RequestContext } from '../handler.ts'

export const handler: ApiHandler<AlterReplicaLogDirsRequest, AlterReplicaLogDirsResponse> = {
  message: ALTER_REPLICA_LOG_DIRS,
  permission: 'cluster:alter',
  handle
}

function handle(context: RequestContext, request: AlterReplicaLogDirsRequest): AlterReplicaLogDirsResponse {
  const { config, topics, storage } = context.broker
  const results = new Map<string, AlterReplicaLogDirPartitionResult[]>()
  const move = (path: string, name: string, partition: number): ErrorCode => {
    if (path !== logFolderName(config)) return ErrorCode.LOG_DIR_NOT_FOUND
    const topic = topics.byName(name)
    const isThere = topic !== undefined && storage.log.state(topic.topicId, partition) !== undefined
    return isThere ? ErrorCode.NONE : ErrorCode.REPLICA_NOT_AVAILABLE
  }
  for (const { path, topics: moved } of request.dirs) {
    for (const { name, partitions } of moved) {
      const list = results.get(name) ?? []
      results.set(name, list)
      for (const partitionIndex of partitions) {
        list.push({ partitionIndex, errorCode: move(path, name, partitionIndex) })
      }
    }
  }
  return {
    throttleTimeMs: 0,
    results: [...results].map(([topicName, partitions]) => ({ topicName, partitions }))
  }
}
