// Topics: made, changed, described and deleted.

import { ZERO_UUID, type Uuid } from '@naru/base'
import type { Draw } from '../draw.ts'
import type { Side } from '../side.ts'
import type { Fields, RequestKind } from '../step.ts'
import { drawSetting } from './settings.ts'

const TIMEOUT_MS = 30_000

function metadataRequest(draw: Draw, version: number): Fields {
  const isAll = draw.chance(0.06)
  const byId = version >= 12 && draw.chance(0.4)
  const names = version < 4 ? [draw.lastingTopic()] : draw.topics()
  const topics = names.map((name) => {
    const topicId = draw.topicId(name)
    return byId ? { topicId, name: null } : { name }
  })
  return {
    topics: isAll && version > 0 ? null : topics,
    allowAutoTopicCreation: version < 4,
    includeClusterAuthorizedOperations: version >= 8 && version <= 10 && draw.chance(0.2),
    includeTopicAuthorizedOperations: version >= 8 && draw.chance(0.2)
  }
}

function createTopicsRequest(draw: Draw, version: number): Fields {
  const names = draw.chance(0.1)
    ? [draw.oddTopic()]
    : [draw.chance(0.15) ? draw.lastingTopic() : draw.passingTopic()]
  const topics = names.map((name) => {
    const assignments = draw.chance(0.15) ? drawAssignments(draw) : []
    const isAssigned = assignments.length > 0
    const numPartitions = draw.pick([1, 2, 3, 4, -1, 0, -2])
    const replicationFactor = draw.pick([1, 1, 1, 1, 1, -1, -1, 0, -2])
    const isMixed = draw.chance(0.1)
    return {
      name,
      numPartitions: isAssigned && !isMixed ? -1 : numPartitions,
      replicationFactor: isAssigned && !isMixed ? -1 : replicationFactor,
      assignments,
      configs: draw.chance(0.4) ? [drawSetting(draw)] : []
    }
  })
  return { topics, timeoutMs: TIMEOUT_MS, validateOnly: version >= 1 && draw.chance(0.25) }
}

function drawAssignments(draw: Draw): Fields[] {
  const count = draw.pick([1, 2, 3])
  const broker = draw.pick([[0], [0], [0], [0], [7], [0, 0], []])
  const shift = draw.pick([0, 0, 0, 1])
  return Array.from({ length: count }, (_, at) => ({ partitionIndex: at + shift, brokerIds: broker }))
}

function deleteTopicsRequest(draw: Draw, version: number): Fields {
  const name = draw.chance(0.15) ? draw.oddTopic() : draw.passingTopic()
  const byId = draw.chance(0.4)
  const topicId = draw.topicId(name)
  if (version < 6) return { topicNames: [name], timeoutMs: TIMEOUT_MS }
  const topics = byId ? [{ name: null, topicId }] : [{ name, topicId: ZERO_UUID }]
  return { topics, timeoutMs: TIMEOUT_MS }
}

function createPartitionsRequest(draw: Draw): Fields {
  const name = draw.chance(0.1) ? draw.oddTopic() : draw.passingTopic()
  const count = draw.pick([1, 2, 3, 4, 5, 6, 0, -1])
  const broker = draw.pick([[0], [0], [0], [7], []])
  const added = draw.pick([1, 1, 2])
  const hasAssignments = draw.chance(0.2)
  const assignments = hasAssignments ? Array.from({ length: added }, () => ({ brokerIds: broker })) : null
  return { topics: [{ name, count, assignments }], timeoutMs: TIMEOUT_MS, validateOnly: draw.chance(0.3) }
}

function topicPartitionsRequest(draw: Draw): Fields {
  const topics = draw.topics().map((name) => ({ name }))
  return { topics, responsePartitionLimit: draw.pick([2000, 2000, 1, 2, 0]), cursor: null }
}

function logDirsRequest(draw: Draw): Fields {
  const topics = draw.topics().map((topic) => ({ topic, partitions: draw.partitions() }))
  return { topics: draw.chance(0.1) ? null : topics }
}

function electionRequest(draw: Draw, version: number): Fields {
  const topicPartitions = draw.topics().map((topic) => ({ topic, partitions: draw.partitions() }))
  const electionType = version === 0 ? 0 : draw.pick([0, 0, 1, 1, 2, -1])
  return { electionType, topicPartitions, timeoutMs: TIMEOUT_MS }
}

function reassignmentRequest(draw: Draw, version: number): Fields {
  const topics = draw.topics().map((name) => ({
    name,
    partitions: draw.partitions().map((partitionIndex) => ({
      partitionIndex,
      replicas: draw.pick([[0], [0], null, null, [], [7], [-1], [0, 0], [0, 7]])
    }))
  }))
  return {
    timeoutMs: TIMEOUT_MS,
    allowReplicationFactorChange: version < 1 || draw.chance(0.7),
    topics
  }
}

function listReassignmentsRequest(draw: Draw): Fields {
  const topics = draw.topics().map((name) => ({ name, partitionIndexes: draw.partitions() }))
  return { timeoutMs: TIMEOUT_MS, topics: draw.chance(0.2) ? null : topics }
}

function alterLogDirsRequest(draw: Draw): Fields {
  const topics = draw.topics().map((name) => ({ name, partitions: draw.partitions() }))
  return { dirs: [{ path: draw.pick(['/not/here', '/nor/here', 'relative']), topics }] }
}

function learnTopics(side: Side, request: Fields, response: Fields): void {
  if (request['validateOnly'] === true) return
  for (const { name, topicId } of response['topics'] as { name: string; topicId?: Uuid }[]) {
    if (topicId !== undefined) side.learnTopic(name, topicId)
  }
}

export const topicRequests: readonly RequestKind[] = [
  { key: 3, weight: 8, mutable: true, build: metadataRequest },
  { key: 19, weight: 3, settle: 'metadata', build: createTopicsRequest, learn: learnTopics },
  { key: 20, weight: 1, settle: 'metadata', build: deleteTopicsRequest },
  { key: 37, weight: 2, settle: 'metadata', build: createPartitionsRequest },
  { key: 75, weight: 4, mutable: true, build: topicPartitionsRequest },
  { key: 35, weight: 3, mutable: true, build: logDirsRequest },
  { key: 43, weight: 2, mutable: true, build: electionRequest },
  { key: 45, weight: 2, settle: 'metadata', build: reassignmentRequest },
  { key: 46, weight: 2, mutable: true, build: listReassignmentsRequest },
  { key: 34, weight: 2, mutable: true, build: alterLogDirsRequest }
]
