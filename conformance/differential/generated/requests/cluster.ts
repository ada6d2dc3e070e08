// What is asked of the cluster as a whole. What would change it is only tried, or names what is not there.

import { ZERO_UUID } from '@naru/base'
import type { Draw } from '../draw.ts'
import { UNKNOWN_ID } from '../side.ts'
import type { Fields, RequestKind } from '../step.ts'

function apiVersionsRequest(draw: Draw): Fields {
  return {
    clientSoftwareName: draw.pick(['naru-test', 'a', 'a b', '', '-a']),
    clientSoftwareVersion: draw.pick(['1.0', '', '한'])
  }
}

function clusterRequest(draw: Draw, version: number): Fields {
  return {
    includeClusterAuthorizedOperations: draw.chance(0.2),
    ...(version >= 1 ? { endpointType: draw.pick([1, 1, 1, 2, 0, 9]) } : {})
  }
}

function quorumRequest(draw: Draw): Fields {
  const topicName = draw.pick(['__cluster_metadata', '__cluster_metadata', 'not-here'])
  return { topics: [{ topicName, partitions: [{ partitionIndex: draw.pick([0, 0, 0, 1]) }] }] }
}

function featuresRequest(draw: Draw, version: number): Fields {
  const feature = draw.pick(['metadata.version', 'not.here', ''])
  const maxVersionLevel = draw.pick([29, 99, -1, 1])
  const upgradeType = draw.pick([1, 1, 9])
  // The first version knows no trying: what would be taken is not asked.
  const level = version === 0 ? 99 : maxVersionLevel
  const update = { feature, maxVersionLevel: level, ...(version === 0 ? {} : { upgradeType }) }
  return { timeoutMs: 5000, featureUpdates: [update], validateOnly: version > 0 }
}

function unregisterRequest(draw: Draw): Fields {
  return { brokerId: draw.pick([7, -1, 1000, 2147483647]) }
}

function addVoterRequest(draw: Draw): Fields {
  const listeners = [{ name: 'CONTROLLER', host: 'localhost', port: 9 }]
  const odd = draw.pick([
    { clusterId: 'another' },
    { voterId: 0 },
    { listeners: [] as Fields[], clusterId: 'another' },
    { voterDirectoryId: ZERO_UUID, voterId: 0 }
  ])
  return { clusterId: null, timeoutMs: 1000, voterId: 7, voterDirectoryId: UNKNOWN_ID, listeners, ...odd }
}

function removeVoterRequest(draw: Draw): Fields {
  return {
    clusterId: draw.pick([null, 'another']),
    voterId: draw.pick([7, 8, -1]),
    voterDirectoryId: draw.pick([UNKNOWN_ID, ZERO_UUID])
  }
}

function aclFilter(draw: Draw): Fields {
  return {
    resourceTypeFilter: draw.pick([1, 2, 3]),
    resourceNameFilter: draw.pick([null, 'x']),
    patternTypeFilter: draw.pick([1, 3, 4]),
    principalFilter: draw.pick([null, 'User:x']),
    hostFilter: null,
    operation: draw.pick([1, 3]),
    permissionType: draw.pick([1, 3])
  }
}

function createAclsRequest(draw: Draw): Fields {
  const creations = draw.few(() => ({
    resourceType: 2,
    resourceName: draw.pick(['x', '*']),
    resourcePatternType: 3,
    principal: 'User:somebody',
    host: '*',
    operation: draw.pick([2, 3]),
    permissionType: draw.pick([2, 3])
  }))
  return { creations }
}

export const clusterRequests: readonly RequestKind[] = [
  { key: 18, weight: 3, build: apiVersionsRequest },
  { key: 60, weight: 3, build: clusterRequest },
  { key: 55, weight: 2, build: quorumRequest },
  { key: 57, weight: 2, build: featuresRequest },
  { key: 64, weight: 1, build: unregisterRequest },
  { key: 80, weight: 1, build: addVoterRequest },
  { key: 81, weight: 1, build: removeVoterRequest },
  { key: 29, weight: 1, build: aclFilter },
  { key: 30, weight: 1, build: createAclsRequest },
  { key: 31, weight: 1, build: (draw) => ({ filters: draw.few(() => aclFilter(draw)) }) }
]
