// The capture's last part: configs, partitions, log folders, the cluster, and the end of the topics.

import type { Uuid } from '@naru/base'
import { DELETE_TOPICS, defaultDeleteTopicsRequest } from '../../src/messages/20-delete-topics.ts'
import { DESCRIBE_CONFIGS, defaultDescribeConfigsRequest } from '../../src/messages/32-describe-configs.ts'
import { ALTER_CONFIGS } from '../../src/messages/33-alter-configs.ts'
import { DESCRIBE_LOG_DIRS } from '../../src/messages/35-describe-log-dirs.ts'
import { CREATE_PARTITIONS } from '../../src/messages/37-create-partitions.ts'
import { INCREMENTAL_ALTER_CONFIGS } from '../../src/messages/44-incremental-alter-configs.ts'
import { DESCRIBE_CLUSTER, defaultDescribeClusterRequest } from '../../src/messages/60-describe-cluster.ts'
import { LIST_CONFIG_RESOURCES, defaultListConfigResourcesRequest } from '../../src/messages/74-list-config-resources.ts'
import { DESCRIBE_TOPIC_PARTITIONS } from '../../src/messages/75-describe-topic-partitions.ts'
import type { CaptureConnection } from './capture-connection.ts'
import { high, low } from './capture-topics.ts'

const timeoutMs = 10_000
const topicResource = 2
const set = 0
const remove = 1

export async function captureConfigs(connection: CaptureConnection): Promise<void> {
  const resource = { resourceType: topicResource, resourceName: high }
  const all = [{ ...resource, configurationKeys: null }]
  await connection.send(DESCRIBE_CONFIGS, 1, { ...defaultDescribeConfigsRequest(), resources: all })
  const some = [{ ...resource, configurationKeys: ['retention.ms', 'max.message.bytes', 'cleanup.policy'] }]
  await connection.send(DESCRIBE_CONFIGS, 4, { resources: some, includeSynonyms: true, includeDocumentation: true })
  const altered = [{ ...resource, configs: [{ name: 'segment.bytes', value: '2097152' }] }]
  await connection.send(ALTER_CONFIGS, 0, { resources: altered, validateOnly: false })
  await connection.send(ALTER_CONFIGS, 2, { resources: altered, validateOnly: true })
  const wrong = [{ name: 'segment.bytes', configOperation: set, value: 'many' }]
  await connection.send(INCREMENTAL_ALTER_CONFIGS, 0, {
    resources: [{ ...resource, configs: wrong }],
    validateOnly: false
  })
  const right = [
    { name: 'retention.bytes', configOperation: set, value: '1073741824' },
    { name: 'segment.bytes', configOperation: remove, value: null }
  ]
  await connection.send(INCREMENTAL_ALTER_CONFIGS, 1, {
    resources: [{ ...resource, configs: right }],
    validateOnly: false
  })
  await connection.send(LIST_CONFIG_RESOURCES, 0, defaultListConfigResourcesRequest())
  await connection.send(LIST_CONFIG_RESOURCES, 1, { resourceTypes: [topicResource] })
}

export async function captureCluster(connection: CaptureConnection): Promise<void> {
  await connection.send(DESCRIBE_LOG_DIRS, 1, { topics: [{ topic: high, partitions: [0, 1] }] })
  await connection.send(DESCRIBE_LOG_DIRS, 4, { topics: null })
  await connection.send(DESCRIBE_CLUSTER, 0, defaultDescribeClusterRequest())
  await connection.send(DESCRIBE_CLUSTER, 2, {
    ...{ includeClusterAuthorizedOperations: true, endpointType: 1 },
    includeFencedBrokers: true
  })
  await connection.send(DESCRIBE_TOPIC_PARTITIONS, 0, {
    topics: [{ name: high }, { name: 'no-such-topic' }],
    responsePartitionLimit: 1,
    cursor: null
  })
}

/** Comes last: partitions are added and the topics end. */
export async function captureEnd(connection: CaptureConnection, topicId: Uuid): Promise<void> {
  const grow = (count: number) => [{ name: high, count, assignments: null }]
  await connection.send(CREATE_PARTITIONS, 0, { topics: grow(3), timeoutMs, validateOnly: false })
  // Fewer than there are: the answer carries Kafka's sentence about it.
  await connection.send(CREATE_PARTITIONS, 3, { topics: grow(2), timeoutMs, validateOnly: false })
  const request = { ...defaultDeleteTopicsRequest(), timeoutMs }
  await connection.send(DELETE_TOPICS, 1, { ...request, topicNames: [low, 'no-such-topic'] })
  await connection.send(DELETE_TOPICS, 6, { ...request, topics: [{ name: null, topicId }] })
}
