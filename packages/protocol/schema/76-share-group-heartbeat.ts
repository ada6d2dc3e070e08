import type { ApiSchema } from './types.ts'

export const shareGroupHeartbeat: ApiSchema = {
  key: 76,
  name: 'ShareGroupHeartbeat',
  about: '',
  listeners: ['broker'],
  versions: '1',
  flexible: '0+',
  request: {
    fields: [
      { name: 'GroupId', type: 'string', versions: '0+', entityType: 'groupId' },
      { name: 'MemberId', type: 'string', versions: '0+' },
      { name: 'MemberEpoch', type: 'int32', versions: '0+' },
      { name: 'RackId', type: 'string', versions: '0+', nullable: '0+', default: null },
      {
        name: 'SubscribedTopicNames',
        type: '[]string',
        versions: '0+',
        nullable: '0+',
        default: null,
        entityType: 'topicName'
      }
    ]
  },
  response: {
    fields: [
      { name: 'ThrottleTimeMs', type: 'int32', versions: '0+' },
      { name: 'ErrorCode', type: 'int16', versions: '0+' },
      { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+', default: null },
      { name: 'MemberId', type: 'string', versions: '0+', nullable: '0+', default: null },
      { name: 'MemberEpoch', type: 'int32', versions: '0+' },
      { name: 'HeartbeatIntervalMs', type: 'int32', versions: '0+' },
      {
        name: 'Assignment',
        type: 'Assignment',
        versions: '0+',
        nullable: '0+',
        default: null,
        fields: [{ name: 'TopicPartitions', type: '[]TopicPartitions', versions: '0+' }]
      }
    ],
    structs: [
      {
        name: 'TopicPartitions',
        versions: '0+',
        fields: [
          { name: 'TopicId', type: 'uuid', versions: '0+' },
          { name: 'Partitions', type: '[]int32', versions: '0+' }
        ]
      }
    ]
  }
}
