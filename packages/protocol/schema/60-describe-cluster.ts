import type { ApiSchema } from './types.ts'

export const describeCluster: ApiSchema = {
  key: 60,
  name: 'DescribeCluster',
  about: '',
  listeners: ['broker', 'controller'],
  versions: '0-2',
  flexible: '0+',
  request: {
    fields: [
      { name: 'IncludeClusterAuthorizedOperations', type: 'bool', versions: '0+' },
      { name: 'EndpointType', type: 'int8', versions: '1+', default: 1 },
      { name: 'IncludeFencedBrokers', type: 'bool', versions: '2+' }
    ]
  },
  response: {
    fields: [
      { name: 'ThrottleTimeMs', type: 'int32', versions: '0+' },
      { name: 'ErrorCode', type: 'int16', versions: '0+' },
      { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+', default: null },
      { name: 'EndpointType', type: 'int8', versions: '1+', default: 1 },
      { name: 'ClusterId', type: 'string', versions: '0+' },
      { name: 'ControllerId', type: 'int32', versions: '0+', default: -1, entityType: 'brokerId' },
      {
        name: 'Brokers',
        type: '[]DescribeClusterBroker',
        versions: '0+',
        fields: [
          { name: 'BrokerId', type: 'int32', versions: '0+', entityType: 'brokerId', mapKey: true },
          { name: 'Host', type: 'string', versions: '0+' },
          { name: 'Port', type: 'int32', versions: '0+' },
          { name: 'Rack', type: 'string', versions: '0+', nullable: '0+', default: null },
          { name: 'IsFenced', type: 'bool', versions: '2+' }
        ]
      },
      { name: 'ClusterAuthorizedOperations', type: 'int32', versions: '0+', default: -2147483648 }
    ]
  }
}
