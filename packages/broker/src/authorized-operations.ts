/**
 * Bit fields of the operations that a client is allowed (KIP-430): one bit per code of Kafka's AclOperation.
 * While there is no authorizer these are all operations that the resource knows.
 */
const AclOperation = {
  read: 3,
  write: 4,
  create: 5,
  delete: 6,
  alter: 7,
  describe: 8,
  clusterAction: 9,
  describeConfigs: 10,
  alterConfigs: 11,
  idempotentWrite: 12
} as const

function bits(...names: readonly (keyof typeof AclOperation)[]): number {
  return names.reduce((field, name) => field | (1 << AclOperation[name]), 0)
}

/** What the field holds when the client did not ask. */
export const NO_OPERATIONS = -(2 ** 31)
export const TOPIC_OPERATIONS = bits(
  'read',
  'write',
  'create',
  'delete',
  'alter',
  'describe',
  'describeConfigs',
  'alterConfigs'
)
export const GROUP_OPERATIONS = bits('read', 'delete', 'describe', 'describeConfigs', 'alterConfigs')
export const CLUSTER_OPERATIONS = bits(
  'create',
  'alter',
  'describe',
  'clusterAction',
  'describeConfigs',
  'alterConfigs',
  'idempotentWrite'
)

/** What clients are told that ask for ACLs. */
export const NO_AUTHORIZER = 'No Authorizer is configured.'
