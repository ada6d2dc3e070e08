import type { ApiSchema } from './types.ts'

export const offsetDelete: ApiSchema = {
  key: 47,
  name: 'OffsetDelete',
  about: 'Deletes committed offsets of topics to which the group is not subscribed.',
  listeners: ['broker'],
  versions: '0',
  flexible: 'none',
  request: {
    fields: [
      { name: 'GroupId', type: 'string', versions: '0+', entityType: 'groupId' },
      {
        name: 'Topics',
        type: '[]OffsetDeleteRequestTopic',
        versions: '0+',
        fields: [
          { name: 'Name', type: 'string', versions: '0+', entityType: 'topicName', mapKey: true },
          {
            name: 'Partitions',
            type: '[]OffsetDeleteRequestPartition',
            versions: '0+',
            fields: [{ name: 'PartitionIndex', type: 'int32', versions: '0+' }]
          }
        ]
      }
    ]
  },
  response: {
    fields: [
      {
        name: 'ErrorCode',
        type: 'int16',
        versions: '0+',
        about: 'Of the group; GROUP_SUBSCRIBED_TO_TOPIC stands with the partition.'
      },
      {
        name: 'ThrottleTimeMs',
        type: 'int32',
        versions: '0+',
        ignorable: true,
        about:
          'The pause that a quota demands; the answer comes at once and the client keeps the pause (KIP-219).'
      },
      {
        name: 'Topics',
        type: '[]OffsetDeleteResponseTopic',
        versions: '0+',
        fields: [
          { name: 'Name', type: 'string', versions: '0+', entityType: 'topicName', mapKey: true },
          {
            name: 'Partitions',
            type: '[]OffsetDeleteResponsePartition',
            versions: '0+',
            fields: [
              { name: 'PartitionIndex', type: 'int32', versions: '0+', mapKey: true },
              { name: 'ErrorCode', type: 'int16', versions: '0+' }
            ]
          }
        ]
      }
    ]
  }
}
