import type { ApiSchema } from './types.ts'

export const shareGroupHeartbeat: ApiSchema = {
  key: 76,
  name: 'ShareGroupHeartbeat',
  about: 'Membership of a share group (KIP-932): join, stay, leave.',
  listeners: ['broker'],
  versions: '1',
  flexible: '0+',
  request: {
    fields: [
      { name: 'GroupId', type: 'string', versions: '0+', entityType: 'groupId' },
      { name: 'MemberId', type: 'string', versions: '0+', about: 'Chosen by the client.' },
      {
        name: 'MemberEpoch',
        type: 'int32',
        versions: '0+',
        about: '0 joins, -1 leaves, else the epoch last received.'
      },
      { name: 'RackId', type: 'string', versions: '0+', nullable: '0+', default: null },
      {
        name: 'SubscribedTopicNames',
        type: '[]string',
        versions: '0+',
        nullable: '0+',
        default: null,
        entityType: 'topicName',
        about: 'Null when unchanged.'
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
      { name: 'MemberId', type: 'string', versions: '0+', nullable: '0+', default: null },
      { name: 'MemberEpoch', type: 'int32', versions: '0+' },
      {
        name: 'HeartbeatIntervalMs',
        type: 'int32',
        versions: '0+',
        about: 'The broker, not the client, sets the rhythm of heartbeats in this protocol.'
      },
      {
        name: 'Assignment',
        type: 'Assignment',
        versions: '0+',
        nullable: '0+',
        default: null,
        about: 'Null when it has not changed.',
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
