import type { ApiSchema } from './types.ts'

export const electLeaders: ApiSchema = {
  key: 43,
  name: 'ElectLeaders',
  about: 'Starts an election for partitions.',
  listeners: ['broker', 'controller'],
  versions: '0-2',
  flexible: '2+',
  request: {
    fields: [
      {
        name: 'ElectionType',
        type: 'int8',
        versions: '1+',
        about: '0 elects the preferred replica, 1 accepts an unclean one.'
      },
      {
        name: 'TopicPartitions',
        type: '[]TopicPartitions',
        versions: '0+',
        nullable: '0+',
        about:
          'Null means all partitions; those without need of an election are then left out of the answer.',
        fields: [
          { name: 'Topic', type: 'string', versions: '0+', entityType: 'topicName', mapKey: true },
          { name: 'Partitions', type: '[]int32', versions: '0+' }
        ]
      },
      { name: 'TimeoutMs', type: 'int32', versions: '0+', default: 60000 }
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
      { name: 'ErrorCode', type: 'int16', versions: '1+' },
      {
        name: 'ReplicaElectionResults',
        type: '[]ReplicaElectionResult',
        versions: '0+',
        fields: [
          { name: 'Topic', type: 'string', versions: '0+', entityType: 'topicName' },
          {
            name: 'PartitionResult',
            type: '[]PartitionResult',
            versions: '0+',
            fields: [
              { name: 'PartitionId', type: 'int32', versions: '0+' },
              { name: 'ErrorCode', type: 'int16', versions: '0+' },
              { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+' }
            ]
          }
        ]
      }
    ]
  }
}
