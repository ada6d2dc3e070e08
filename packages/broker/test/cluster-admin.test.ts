/** What operators' tools ask of a cluster, answered by one of one node; every version, through a real socket. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { uuidFromBytes, ZERO_UUID, type Uuid } from '@naru/base'
import { ErrorCode } from '@naru/protocol'
import { CREATE_TOPICS } from '@naru/protocol/messages/19-create-topics'
import { DESCRIBE_ACLS } from '@naru/protocol/messages/29-describe-acls'
import { CREATE_ACLS } from '@naru/protocol/messages/30-create-acls'
import { DELETE_ACLS } from '@naru/protocol/messages/31-delete-acls'
import { ALTER_REPLICA_LOG_DIRS } from '@naru/protocol/messages/34-alter-replica-log-dirs'
import { DESCRIBE_LOG_DIRS } from '@naru/protocol/messages/35-describe-log-dirs'
import { ELECT_LEADERS } from '@naru/protocol/messages/43-elect-leaders'
import { ALTER_PARTITION_REASSIGNMENTS } from '@naru/protocol/messages/45-alter-partition-reassignments'
import { LIST_PARTITION_REASSIGNMENTS } from '@naru/protocol/messages/46-list-partition-reassignments'
import { DESCRIBE_QUORUM } from '@naru/protocol/messages/55-describe-quorum'
import { UPDATE_FEATURES } from '@naru/protocol/messages/57-update-features'
import { UNREGISTER_BROKER } from '@naru/protocol/messages/64-unregister-broker'
import { ADD_RAFT_VOTER } from '@naru/protocol/messages/80-add-raft-voter'
import { REMOVE_RAFT_VOTER } from '@naru/protocol/messages/81-remove-raft-voter'
import type { RunningBroker } from '@naru/broker'
import { startInProcessBroker } from './in-process-broker.ts'
import { RawClient } from './raw-client.ts'
import { versionsOf } from './versions.ts'

const TOPIC = 'cluster-admin'
const NODE = 0
const STRANGER = 7
const FOLDER = uuidFromBytes(Uint8Array.from({ length: 16 }, (_, at) => at + 1))

describe('administration of a cluster of one node', () => {
  let broker: RunningBroker
  let client: RawClient

  before(async () => {
    broker = await startInProcessBroker()
    client = await RawClient.connect(broker)
    const topic = { name: TOPIC, numPartitions: 2, replicationFactor: 1, assignments: [], configs: [] }
    await client.send(CREATE_TOPICS, { topics: [topic], timeoutMs: 1000, validateOnly: false }, 7)
  })

  after(async () => {
    await client[Symbol.asyncDispose]()
    await broker.close()
  })

  for (const version of versionsOf(DESCRIBE_ACLS)) {
    test(`ACLs v${version} are refused as long as nobody is authorized`, async () => {
      const common = { operation: 3, permissionType: 3 }
      const filter = {
        ...common,
        resourceTypeFilter: 2,
        resourceNameFilter: TOPIC,
        patternTypeFilter: 3,
        principalFilter: null,
        hostFilter: null
      }
      const creation = {
        ...common,
        resourceType: 2,
        resourceName: TOPIC,
        resourcePatternType: 3,
        principal: 'User:somebody',
        host: '*'
      }
      const described = await client.send(DESCRIBE_ACLS, filter, version)
      const created = await client.send(CREATE_ACLS, { creations: [creation] }, version)
      const deleted = await client.send(DELETE_ACLS, { filters: [filter] }, version)
      const codes = [described, ...created.results, ...deleted.filterResults].map(
        ({ errorCode }) => errorCode
      )
      assert.deepEqual(
        codes,
        Array.from({ length: 3 }, () => ErrorCode.SECURITY_DISABLED)
      )
    })
  }

  for (const version of versionsOf(ELECT_LEADERS)) {
    test(`ElectLeaders v${version} needs no election`, async () => {
      const topicPartitions = [{ topic: TOPIC, partitions: [0, 9] }]
      const request = { electionType: 0, topicPartitions, timeoutMs: 1000 }
      const { replicaElectionResults } = await client.send(ELECT_LEADERS, request, version)
      const codes = replicaElectionResults[0]?.partitionResult.map(({ errorCode }) => errorCode)
      assert.deepEqual(codes, [ErrorCode.ELECTION_NOT_NEEDED, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION])
    })
  }

  test('ElectLeaders of all partitions lists none of those that need no election', async () => {
    const request = { electionType: 1, topicPartitions: null, timeoutMs: 1000 }
    const { errorCode, replicaElectionResults } = await client.send(ELECT_LEADERS, request, 2)
    assert.equal(errorCode, ErrorCode.NONE)
    assert.deepEqual(replicaElectionResults, [{ topic: TOPIC, partitionResult: [] }])
  })

  for (const version of versionsOf(ALTER_PARTITION_REASSIGNMENTS)) {
    test(`AlterPartitionReassignments v${version} moves to where the partition is and nowhere else`, async () => {
      const move = async (replicas: number[] | null): Promise<number | undefined> => {
        const topics = [{ name: TOPIC, partitions: [{ partitionIndex: 0, replicas }] }]
        const request = { topics, timeoutMs: 1000, allowReplicationFactorChange: true }
        const { responses } = await client.send(ALTER_PARTITION_REASSIGNMENTS, request, version)
        return responses[0]?.partitions[0]?.errorCode
      }
      assert.equal(await move([NODE]), ErrorCode.NONE)
      assert.equal(await move([STRANGER]), ErrorCode.INVALID_REPLICA_ASSIGNMENT)
      assert.equal(await move([]), ErrorCode.INVALID_REPLICA_ASSIGNMENT)
      assert.equal(await move([NODE, NODE]), ErrorCode.INVALID_REPLICA_ASSIGNMENT)
      assert.equal(await move(null), ErrorCode.NO_REASSIGNMENT_IN_PROGRESS)
    })
  }

  test('ListPartitionReassignments lists nothing', async () => {
    const response = await client.send(LIST_PARTITION_REASSIGNMENTS, { topics: null, timeoutMs: 1000 }, 0)
    assert.equal(response.errorCode, ErrorCode.NONE)
    assert.deepEqual(response.topics, [])
  })

  for (const version of versionsOf(ALTER_REPLICA_LOG_DIRS)) {
    test(`AlterReplicaLogDirs v${version} knows the one folder by its name`, async () => {
      const described = await client.send(DESCRIBE_LOG_DIRS, { topics: [] }, 4)
      const known = described.results[0]?.logDir ?? ''
      const move = async (path: string): Promise<number[] | undefined> => {
        const request = { dirs: [{ path, topics: [{ name: TOPIC, partitions: [0, 9] }] }] }
        const { results } = await client.send(ALTER_REPLICA_LOG_DIRS, request, version)
        return results[0]?.partitions.map(({ errorCode }) => errorCode)
      }
      assert.deepEqual(await move(known), [ErrorCode.NONE, ErrorCode.REPLICA_NOT_AVAILABLE])
      assert.deepEqual(await move('/not/here'), [ErrorCode.LOG_DIR_NOT_FOUND, ErrorCode.LOG_DIR_NOT_FOUND])
    })
  }

  for (const version of versionsOf(DESCRIBE_QUORUM)) {
    test(`DescribeQuorum v${version} shows one voter that has everything`, async () => {
      const topics = [{ topicName: '__cluster_metadata', partitions: [{ partitionIndex: 0 }] }]
      const response = await client.send(DESCRIBE_QUORUM, { topics }, version)
      const partition = response.topics[0]?.partitions[0]
      assert.equal(partition?.leaderId, NODE)
      assert.deepEqual(
        partition.currentVoters.map(({ replicaId, logEndOffset }) => [replicaId, logEndOffset]),
        [[NODE, partition.highWatermark]]
      )
      assert.equal(response.nodes.length, version >= 2 ? 1 : 0)
    })
  }

  for (const version of versionsOf(UPDATE_FEATURES)) {
    test(`UpdateFeatures v${version} takes the level that is there`, async () => {
      const update = async (feature: string, maxVersionLevel: number): Promise<number> => {
        const upgradeType = version === 0 ? 1 : 2
        const one = { feature, maxVersionLevel, allowDowngrade: false, upgradeType }
        const request = { featureUpdates: [one], timeoutMs: 1000, validateOnly: false }
        return (await client.send(UPDATE_FEATURES, request, version)).errorCode
      }
      assert.equal(await update('metadata.version', 29), ErrorCode.NONE)
      assert.equal(await update('metadata.version', 20), ErrorCode.INVALID_UPDATE_VERSION)
      assert.equal(await update('not.here', 1), ErrorCode.INVALID_UPDATE_VERSION)
    })
  }

  test('UnregisterBroker forgets nobody who is alive', async () => {
    const forget = async (brokerId: number): Promise<number> =>
      (await client.send(UNREGISTER_BROKER, { brokerId }, 0)).errorCode
    assert.equal(await forget(STRANGER), ErrorCode.BROKER_ID_NOT_REGISTERED)
    assert.equal(await forget(NODE), ErrorCode.INVALID_REQUEST)
  })

  for (const version of versionsOf(ADD_RAFT_VOTER)) {
    test(`AddRaftVoter v${version} takes no further voter`, async () => {
      const add = async (voterId: number, clusterId: string | null = null): Promise<number> => {
        const listeners = [{ name: 'CONTROLLER', host: 'localhost', port: 9093 }]
        const voter = { voterId, voterDirectoryId: FOLDER, listeners }
        const request = { clusterId, timeoutMs: 1000, ackWhenCommitted: true, ...voter }
        return (await client.send(ADD_RAFT_VOTER, request, version)).errorCode
      }
      assert.equal(await add(STRANGER), ErrorCode.UNSUPPORTED_VERSION)
      assert.equal(await add(NODE), ErrorCode.DUPLICATE_VOTER)
      assert.equal(await add(STRANGER, 'another'), ErrorCode.INCONSISTENT_CLUSTER_ID)
    })
  }

  test('RemoveRaftVoter keeps the last voter', async () => {
    const remove = async (voterDirectoryId: Uuid): Promise<number> => {
      const request = { clusterId: null, voterId: NODE, voterDirectoryId }
      return (await client.send(REMOVE_RAFT_VOTER, request, 0)).errorCode
    }
    assert.equal(await remove(FOLDER), ErrorCode.VOTER_NOT_FOUND)
    assert.equal(await remove(ZERO_UUID), ErrorCode.INVALID_REQUEST)
  })
})
