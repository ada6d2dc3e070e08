/** Errors of the APIs by which operators look after a cluster. */
import { ApiKey } from '@naru/protocol'
import type { DescribeAclsResponse } from '@naru/protocol/messages/29-describe-acls'
import type { CreateAclsRequest, CreateAclsResponse } from '@naru/protocol/messages/30-create-acls'
import type { DeleteAclsRequest, DeleteAclsResponse } from '@naru/protocol/messages/31-delete-acls'
import type {
  AlterReplicaLogDirsRequest,
  AlterReplicaLogDirsResponse
} from '@naru/protocol/messages/34-alter-replica-log-dirs'
import type { ElectLeadersRequest, ElectLeadersResponse } from '@naru/protocol/messages/43-elect-leaders'
import type {
  AlterPartitionReassignmentsRequest,
  AlterPartitionReassignmentsResponse
} from '@naru/protocol/messages/45-alter-partition-reassignments'
import type { ListPartitionReassignmentsResponse } from '@naru/protocol/messages/46-list-partition-reassignments'
import type { DescribeQuorumResponse } from '@naru/protocol/messages/55-describe-quorum'
import type { UpdateFeaturesResponse } from '@naru/protocol/messages/57-update-features'
import type {
  DescribeProducersRequest,
  DescribeProducersResponse
} from '@naru/protocol/messages/61-describe-producers'
import type { UnregisterBrokerResponse } from '@naru/protocol/messages/64-unregister-broker'
import type { AddRaftVoterResponse } from '@naru/protocol/messages/80-add-raft-voter'
import type { RemoveRaftVoterResponse } from '@naru/protocol/messages/81-remove-raft-voter'
import type { Answer } from './answer.ts'

export const clusterAnswers: readonly (readonly [number, Answer])[] = [
  [ApiKey.DescribeAcls, describeAcls],
  [ApiKey.CreateAcls, createAcls],
  [ApiKey.DeleteAcls, deleteAcls],
  [ApiKey.AlterReplicaLogDirs, alterReplicaLogDirs],
  [ApiKey.ElectLeaders, electLeaders],
  [ApiKey.AlterPartitionReassignments, alterReassignments],
  [ApiKey.ListPartitionReassignments, listReassignments],
  [ApiKey.DescribeQuorum, describeQuorum],
  [ApiKey.UpdateFeatures, updateFeatures],
  [ApiKey.DescribeProducers, describeProducers],
  [ApiKey.UnregisterBroker, plain],
  [ApiKey.AddRaftVoter, plain],
  [ApiKey.RemoveRaftVoter, plain]
]

type Plain = UnregisterBrokerResponse & AddRaftVoterResponse & RemoveRaftVoterResponse

function plain(_request: unknown, errorCode: number): Plain {
  return { throttleTimeMs: 0, errorCode, errorMessage: null }
}

function describeAcls(_request: unknown, errorCode: number): DescribeAclsResponse {
  return { throttleTimeMs: 0, errorCode, errorMessage: null, resources: [] }
}

function createAcls(request: CreateAclsRequest, errorCode: number): CreateAclsResponse {
  return { throttleTimeMs: 0, results: request.creations.map(() => ({ errorCode, errorMessage: null })) }
}

function deleteAcls(request: DeleteAclsRequest, errorCode: number): DeleteAclsResponse {
  const failed = { errorCode, errorMessage: null, matchingAcls: [] }
  return { throttleTimeMs: 0, filterResults: request.filters.map(() => failed) }
}

function alterReplicaLogDirs(
  request: AlterReplicaLogDirsRequest,
  errorCode: number
): AlterReplicaLogDirsResponse {
  const results = request.dirs.flatMap(({ topics }) =>
    topics.map(({ name, partitions }) => ({
      topicName: name,
      partitions: partitions.map((partitionIndex) => ({ partitionIndex, errorCode }))
    }))
  )
  return { throttleTimeMs: 0, results }
}

/** Version 0 has no place for an error but the partitions'. */
function electLeaders(
  request: ElectLeadersRequest,
  errorCode: number,
  { version }: { readonly version: number }
): ElectLeadersResponse {
  const replicaElectionResults = (request.topicPartitions ?? []).map(({ topic, partitions }) => ({
    topic,
    partitionResult: partitions.map((partitionId) => ({ partitionId, errorCode, errorMessage: null }))
  }))
  return { throttleTimeMs: 0, errorCode: version === 0 ? 0 : errorCode, replicaElectionResults }
}

function alterReassignments(
  request: AlterPartitionReassignmentsRequest,
  errorCode: number
): AlterPartitionReassignmentsResponse {
  const { allowReplicationFactorChange } = request
  return { throttleTimeMs: 0, allowReplicationFactorChange, errorCode, errorMessage: null, responses: [] }
}

function listReassignments(_request: unknown, errorCode: number): ListPartitionReassignmentsResponse {
  return { throttleTimeMs: 0, errorCode, errorMessage: null, topics: [] }
}

function describeQuorum(_request: unknown, errorCode: number): DescribeQuorumResponse {
  return { errorCode, errorMessage: null, topics: [], nodes: [] }
}

function updateFeatures(_request: unknown, errorCode: number): UpdateFeaturesResponse {
  return { throttleTimeMs: 0, errorCode, errorMessage: null, results: [] }
}

function describeProducers(request: DescribeProducersRequest, errorCode: number): DescribeProducersResponse {
  const topics = request.topics.map(({ name, partitionIndexes }) => ({
    name,
    partitions: partitionIndexes.map((partitionIndex) => ({
      partitionIndex,
      errorCode,
      errorMessage: null,
      activeProducers: []
    }))
  }))
  return { throttleTimeMs: 0, topics }
}
