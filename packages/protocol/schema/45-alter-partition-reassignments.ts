import type { ApiSchema } from './types.ts'

export const alterPartitionReassignments: ApiSchema = {
  key: 45,
  name: 'AlterPartitionReassignments',
  about: 'Moves partitions to other brokers, or cancels a move.',
  listeners: ['broker', 'controller'],
  versions: '0-1',
  flexible: '0+',
  request: {
    fields: [
      { name: 'TimeoutMs', type: 'int32', versions: '0+', default: 60000 },
      {
        name: 'AllowReplicationFactorChange',
        type: 'bool',
        versions: '1+',
        default: true,
        about: 'False refuses a move that would change how many replicas there are (KIP-860).'
      },
      {
        name: 'Topics',
        type: '[]ReassignableTopic',
        versions: '0+',
        fields: [
          { name: 'Name', type: 'string', versions: '0+', entityType: 'topicName' },
          {
            name: 'Partitions',
            type: '[]ReassignablePartition',
            versions: '0+',
            fields: [
              { name: 'PartitionIndex', type: 'int32', versions: '0+' },
              {
                name: 'Replicas',
                type: '[]int32',
                versions: '0+',
                nullable: '0+',
                default: null,
                entityType: 'brokerId',
                about: 'Null cancels the move under way.'
              }
            ]
          }
        ]
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
      { name: 'AllowReplicationFactorChange', type: 'bool', versions: '1+', default: true, ignorable: true },
      { name: 'ErrorCode', type: 'int16', versions: '0+' },
      { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+' },
      {
        name: 'Responses',
        type: '[]ReassignableTopicResponse',
        versions: '0+',
        fields: [
          { name: 'Name', type: 'string', versions: '0+', entityType: 'topicName' },
          {
            name: 'Partitions',
            type: '[]ReassignablePartitionResponse',
            versions: '0+',
            fields: [
              { name: 'PartitionIndex', type: 'int32', versions: '0+' },
              { name: 'ErrorCode', type: 'int16', versions: '0+' },
              { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+' }
            ]
          }
        ]
      }
    ]
  }
}
