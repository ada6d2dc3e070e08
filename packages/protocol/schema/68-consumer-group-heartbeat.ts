import type { ApiSchema } from './types.ts'

export const consumerGroupHeartbeat: ApiSchema = {
  key: 68,
  name: 'ConsumerGroupHeartbeat',
  about: 'The one request of the new group protocol (KIP-848): join, stay, report, be assigned, leave.',
  listeners: ['broker'],
  versions: '0-1',
  flexible: '0+',
  request: {
    fields: [
      { name: 'GroupId', type: 'string', versions: '0+', entityType: 'groupId' },
      {
        name: 'MemberId',
        type: 'string',
        versions: '0+',
        about: 'Chosen by the client from version 1 on; version 0 leaves it empty at first.'
      },
      {
        name: 'MemberEpoch',
        type: 'int32',
        versions: '0+',
        about: '0 joins, -1 leaves, -2 leaves for a while as a static member, else the epoch last received.'
      },
      {
        name: 'InstanceId',
        type: 'string',
        versions: '0+',
        nullable: '0+',
        default: null,
        about: 'The name that makes a member static, or null for a dynamic one.'
      },
      { name: 'RackId', type: 'string', versions: '0+', nullable: '0+', default: null },
      {
        name: 'RebalanceTimeoutMs',
        type: 'int32',
        versions: '0+',
        default: -1,
        about: '-1 when unchanged; how long the member may take to let go of partitions.'
      },
      {
        name: 'SubscribedTopicNames',
        type: '[]string',
        versions: '0+',
        nullable: '0+',
        default: null,
        entityType: 'topicName',
        about: 'Null when unchanged.'
      },
      {
        name: 'SubscribedTopicRegex',
        type: 'string',
        versions: '1+',
        nullable: '1+',
        default: null,
        about: 'Null when unchanged, empty to end it; RE2 syntax, evaluated by the broker.'
      },
      {
        name: 'ServerAssignor',
        type: 'string',
        versions: '0+',
        nullable: '0+',
        default: null,
        about: 'Null when unchanged or without preference.'
      },
      {
        name: 'TopicPartitions',
        type: '[]TopicPartitions',
        versions: '0+',
        nullable: '0+',
        default: null,
        about: 'What the member owns at present; null when unchanged.',
        fields: [
          { name: 'TopicId', type: 'uuid', versions: '0+' },
          { name: 'Partitions', type: '[]int32', versions: '0+' }
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
      { name: 'ErrorCode', type: 'int16', versions: '0+' },
      { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+', default: null },
      { name: 'MemberId', type: 'string', versions: '0+', nullable: '0+', default: null },
      {
        name: 'MemberEpoch',
        type: 'int32',
        versions: '0+',
        about: 'What the member has to send from now on.'
      },
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
        about: 'Null when it has not changed; an empty one takes everything away.',
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
