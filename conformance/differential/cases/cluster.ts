// ElectLeaders, reassignments, log folders, quorum, features, brokers and voters: what an operator's tools ask of a
// cluster, and what a cluster of one node truthfully answers.

import { ZERO_UUID, type Uuid } from '@naru/base'
import { DESCRIBE_ACLS } from '@naru/protocol/messages/29-describe-acls'
import { CREATE_ACLS, type AclCreation } from '@naru/protocol/messages/30-create-acls'
import { DELETE_ACLS, type DeleteAclsFilter } from '@naru/protocol/messages/31-delete-acls'
import { ALTER_REPLICA_LOG_DIRS } from '@naru/protocol/messages/34-alter-replica-log-dirs'
import { ELECT_LEADERS } from '@naru/protocol/messages/43-elect-leaders'
import { ALTER_PARTITION_REASSIGNMENTS } from '@naru/protocol/messages/45-alter-partition-reassignments'
import { LIST_PARTITION_REASSIGNMENTS } from '@naru/protocol/messages/46-list-partition-reassignments'
import { DESCRIBE_QUORUM } from '@naru/protocol/messages/55-describe-quorum'
import { UPDATE_FEATURES } from '@naru/protocol/messages/57-update-features'
import { UNREGISTER_BROKER } from '@naru/protocol/messages/64-unregister-broker'
import { ADD_RAFT_VOTER } from '@naru/protocol/messages/80-add-raft-voter'
import { REMOVE_RAFT_VOTER } from '@naru/protocol/messages/81-remove-raft-voter'
import type { Case, Session } from '../session.ts'

const UNKNOWN_ID = 'AAAAAAAAAAAAAAAAAAAAew' as Uuid
const UNKNOWN_BROKER = 7

async function elections(session: Session): Promise<void> {
  const { name } = await session.topic('elected')
  const one = (topic: string, ...partitions: number[]) => [{ topic, partitions }]
  for (let version = 0; version <= 2; version++) {
    for (const electionType of version === 0 ? [0] : [0, 1, 2, -1]) {
      const ask = (label: string, topicPartitions: { topic: string; partitions: number[] }[] | null) =>
        session.ask(
          `type ${electionType} ${label}`,
          ELECT_LEADERS,
          { electionType, topicPartitions, timeoutMs: 5000 },
          { version }
        )
      await ask('known', one(name, 0, 1))
      await ask('unknown partition', one(name, 0, 9))
      await ask('unknown topic', one('not-here', 0))
      await ask('negative partition', one(name, -1))
      await ask('partition twice', one(name, 0, 0))
      await ask('no partition', one(name))
      await ask('nothing', [])
    }
  }
}

async function reassignments(session: Session): Promise<void> {
  const { name } = await session.topic('moved')
  const ask = (label: string, partitionIndex: number, replicas: number[] | null, topic = name, version = 1) =>
    session.ask(
      label,
      ALTER_PARTITION_REASSIGNMENTS,
      {
        topics: [{ name: topic, partitions: [{ partitionIndex, replicas }] }],
        timeoutMs: 5000,
        allowReplicationFactorChange: true
      },
      { version }
    )
  for (const version of [0, 1]) {
    await ask('where it is', 0, [0], name, version)
    await ask('nowhere', 0, [], name, version)
    await ask('cancel', 0, null, name, version)
    await ask('unknown broker', 0, [UNKNOWN_BROKER], name, version)
    await ask('negative broker', 0, [-1], name, version)
    await ask('broker twice', 0, [0, 0], name, version)
    await ask('known and unknown broker', 0, [0, UNKNOWN_BROKER], name, version)
    await ask('unknown partition', 9, [0], name, version)
    await ask('unknown topic', 0, [0], 'not-here', version)
    await ask('cancel unknown partition', 9, null, name, version)
    await ask('cancel unknown topic', 0, null, 'not-here', version)
  }
  const fixed = {
    topics: [{ name, partitions: [{ partitionIndex: 0, replicas: [0, UNKNOWN_BROKER] }] }],
    timeoutMs: 5000,
    allowReplicationFactorChange: false
  }
  await session.ask('fixed replication factor', ALTER_PARTITION_REASSIGNMENTS, fixed)
  const twice = { partitionIndex: 0, replicas: [0] }
  await session.ask('partition twice', ALTER_PARTITION_REASSIGNMENTS, {
    topics: [{ name, partitions: [twice, twice] }],
    timeoutMs: 5000
  })
  await session.ask('no topics', ALTER_PARTITION_REASSIGNMENTS, { topics: [], timeoutMs: 5000 })
}

async function listReassignments(session: Session): Promise<void> {
  const { name } = await session.topic('unmoved')
  const ask = (label: string, topics: { name: string; partitionIndexes: number[] }[] | null) =>
    session.ask(label, LIST_PARTITION_REASSIGNMENTS, { topics, timeoutMs: 5000 })
  await ask('all', null)
  await ask('none', [])
  await ask('known', [{ name, partitionIndexes: [0, 1] }])
  await ask('unknown partition', [{ name, partitionIndexes: [9] }])
  await ask('unknown topic', [{ name: 'not-here', partitionIndexes: [0] }])
}

async function logDirs(session: Session): Promise<void> {
  const { name } = await session.topic('kept')
  for (const version of [1, 2]) {
    const ask = (label: string, path: string, partitions: number[], topic = name) =>
      session.ask(
        label,
        ALTER_REPLICA_LOG_DIRS,
        { dirs: [{ path, topics: [{ name: topic, partitions }] }] },
        { version }
      )
    await ask('unknown folder', '/not/here', [0, 1])
    await ask('unknown folder and partition', '/not/here', [9])
    await ask('unknown folder and topic', '/not/here', [0], 'not-here')
    await ask('relative folder', 'data', [0])
    await ask('long name', '/not/here', [0], 'x'.repeat(249))
    await session.ask('nothing', ALTER_REPLICA_LOG_DIRS, { dirs: [] }, { version })
  }
}

async function quorum(session: Session): Promise<void> {
  const shape = (response: object) =>
    JSON.parse(
      JSON.stringify(response, (key, value: unknown) =>
        key === 'logEndOffset' || key === 'highWatermark' || key === 'leaderEpoch' ? typeof value : value
      )
    ) as unknown
  for (let version = 0; version <= 2; version++) {
    const ask = (label: string, topics: { topicName: string; partitions: { partitionIndex: number }[] }[]) =>
      session.ask(label, DESCRIBE_QUORUM, { topics }, { version, only: shape })
    await ask('metadata', [{ topicName: '__cluster_metadata', partitions: [{ partitionIndex: 0 }] }])
    await ask('another topic', [{ topicName: 'not-here', partitions: [{ partitionIndex: 0 }] }])
    await ask('another partition', [{ topicName: '__cluster_metadata', partitions: [{ partitionIndex: 1 }] }])
    await ask('no topics', [])
  }
}

async function features(session: Session): Promise<void> {
  const UPGRADE = 1
  const SAFE_DOWNGRADE = 2
  for (let version = 0; version <= 2; version++) {
    const ask = (label: string, feature: string, maxVersionLevel: number, upgradeType = UPGRADE) => {
      const how = version === 0 ? { allowDowngrade: upgradeType !== UPGRADE } : { upgradeType }
      const part = {
        featureUpdates: [{ feature, maxVersionLevel, ...how }],
        timeoutMs: 5000,
        ...(version === 0 ? {} : { validateOnly: true })
      }
      return session.ask(label, UPDATE_FEATURES, part, { version })
    }
    await ask('unknown', 'not.here', 1)
    await ask('empty name', '', 1)
    await ask('as it is', 'metadata.version', 29)
    await ask('too new', 'metadata.version', 99)
    await ask('too old', 'metadata.version', 1, SAFE_DOWNGRADE)
    await ask('down without leave', 'metadata.version', 28)
    await ask('negative', 'metadata.version', -1)
    await ask('zero', 'metadata.version', 0)
    await ask('up as a downgrade', 'metadata.version', 99, SAFE_DOWNGRADE)
    if (version > 0) {
      await ask('down', 'metadata.version', 28, SAFE_DOWNGRADE)
      await ask('unknown type', 'metadata.version', 29, 9)
    }
    await session.ask('none', UPDATE_FEATURES, { featureUpdates: [], timeoutMs: 5000 }, { version })
  }
}

async function brokers(session: Session): Promise<void> {
  for (const brokerId of [UNKNOWN_BROKER, -1]) {
    await session.ask(`broker ${brokerId}`, UNREGISTER_BROKER, { brokerId })
  }
}

async function voters(session: Session): Promise<void> {
  const listeners = [{ name: 'CONTROLLER', host: 'localhost', port: 9 }]
  for (let version = 0; version <= 1; version++) {
    const add = (label: string, part: object) =>
      session.ask(
        label,
        ADD_RAFT_VOTER,
        { clusterId: null, timeoutMs: 1000, voterId: 7, voterDirectoryId: UNKNOWN_ID, listeners, ...part },
        { version }
      )
    await add('new', {})
    await add('own id', { voterId: 0 })
    await add('another cluster', { clusterId: 'another' })
    await add('no listener', { listeners: [] })
    await add('no folder', { voterDirectoryId: ZERO_UUID })
  }
  const remove = (label: string, part: object) =>
    session.ask(label, REMOVE_RAFT_VOTER, {
      clusterId: null,
      voterId: 7,
      voterDirectoryId: UNKNOWN_ID,
      ...part
    })
  await remove('unknown', {})
  await remove('own id', { voterId: 0 })
  await remove('another cluster', { clusterId: 'another' })
}

async function acls(session: Session): Promise<void> {
  const filter: DeleteAclsFilter = {
    resourceTypeFilter: 1,
    resourceNameFilter: null,
    patternTypeFilter: 1,
    principalFilter: null,
    hostFilter: null,
    operation: 1,
    permissionType: 1
  }
  const creation: AclCreation = {
    resourceType: 2,
    resourceName: 'acls',
    resourcePatternType: 3,
    principal: 'User:somebody',
    host: '*',
    operation: 3,
    permissionType: 3
  }
  for (let version = 1; version <= 3; version++) {
    await session.ask('all', DESCRIBE_ACLS, filter, { version })
    await session.ask('one', CREATE_ACLS, { creations: [creation] }, { version })
    await session.ask('none', CREATE_ACLS, { creations: [] }, { version })
    await session.ask('two', DELETE_ACLS, { filters: [filter, filter] }, { version })
    await session.ask('none', DELETE_ACLS, { filters: [] }, { version })
  }
}

export const clusterCases: readonly Case[] = [
  { name: 'acls', run: acls },
  { name: 'elections', run: elections },
  { name: 'reassignments', run: reassignments },
  { name: 'list-reassignments', run: listReassignments },
  { name: 'alter-log-dirs', run: logDirs },
  { name: 'quorum', run: quorum },
  { name: 'update-features', run: features },
  { name: 'brokers', run: brokers },
  { name: 'voters', run: voters }
]
