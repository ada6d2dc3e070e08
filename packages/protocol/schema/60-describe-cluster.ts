import type { ApiSchema } from './types.ts'

export const describeCluster: ApiSchema = {
  key: 60,
  name: 'DescribeCluster',
  about:
    'Lists the brokers, or the controllers, of the cluster; what admin clients use in place of Metadata.',
  listeners: ['broker', 'controller'],
  versions: '0-2',
  flexible: '0+',
  request: {
    fields: [
      {
        name: 'IncludeClusterAuthorizedOperations',
        type: 'bool',
        versions: '0+',
        about: 'Costs an authorization check per operation, so it is off unless asked for.'
      },
      {
        name: 'EndpointType',
        type: 'int8',
        versions: '1+',
        default: 1,
        about:
          '1 brokers, 2 controllers; the wrong one for this listener is MISMATCHED_ENDPOINT_TYPE (KIP-919).'
      },
      {
        name: 'IncludeFencedBrokers',
        type: 'bool',
        versions: '2+',
        about: 'Brokers that are registered but take no part (KIP-1073).'
      }
    ]
  },
  response: {
    fields: [
      {
        name: 'ThrottleTimeMs',
        type: 'int32',
        versions: '0+',
        about:
          'The pause that a quota demands; the answer comes at once and the client keeps the pause (KIP-219).'
      },
      { name: 'ErrorCode', type: 'int16', versions: '0+' },
      { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+', default: null },
      { name: 'EndpointType', type: 'int8', versions: '1+', default: 1 },
      { name: 'ClusterId', type: 'string', versions: '0+' },
      {
        name: 'ControllerId',
        type: 'int32',
        versions: '0+',
        default: -1,
        entityType: 'brokerId',
        about: 'On a broker listener any live broker may stand here.'
      },
      {
        name: 'Brokers',
        type: '[]DescribeClusterBroker',
        versions: '0+',
        fields: [
          { name: 'BrokerId', type: 'int32', versions: '0+', entityType: 'brokerId', mapKey: true },
          { name: 'Host', type: 'string', versions: '0+' },
          { name: 'Port', type: 'int32', versions: '0+' },
          {
            name: 'Rack',
            type: 'string',
            versions: '0+',
            nullable: '0+',
            default: null,
            about: 'Null when the broker has none configured.'
          },
          { name: 'IsFenced', type: 'bool', versions: '2+' }
        ]
      },
      {
        name: 'ClusterAuthorizedOperations',
        type: 'int32',
        versions: '0+',
        default: -2147483648,
        about: 'A bit field of ACL operations, or the smallest int32 when nobody asked.'
      }
    ]
  }
}
