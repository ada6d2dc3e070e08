import type { ApiSchema } from './types.ts'

export const alterShareGroupOffsets: ApiSchema = {
  key: 91,
  name: 'AlterShareGroupOffsets',
  about: 'Sets start offsets of a share group that has no members.',
  listeners: ['broker'],
  versions: '0',
  flexible: '0+',
  request: {
    fields: [
      { name: 'GroupId', type: 'string', versions: '0+', entityType: 'groupId' },
      {
        name: 'Topics',
        type: '[]AlterShareGroupOffsetsRequestTopic',
        versions: '0+',
        fields: [
          { name: 'TopicName', type: 'string', versions: '0+', entityType: 'topicName', mapKey: true },
          {
            name: 'Partitions',
            type: '[]AlterShareGroupOffsetsRequestPartition',
            versions: '0+',
            fields: [
              { name: 'PartitionIndex', type: 'int32', versions: '0+' },
              {
                name: 'StartOffset',
                type: 'int64',
                versions: '0+',
                about:
                  'The first offset that is not finished yet; everything below is acknowledged or archived.'
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
      { name: 'ErrorCode', type: 'int16', versions: '0+' },
      { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+', default: null },
      {
        name: 'Responses',
        type: '[]AlterShareGroupOffsetsResponseTopic',
        versions: '0+',
        fields: [
          { name: 'TopicName', type: 'string', versions: '0+', entityType: 'topicName', mapKey: true },
          { name: 'TopicId', type: 'uuid', versions: '0+' },
          {
            name: 'Partitions',
            type: '[]AlterShareGroupOffsetsResponsePartition',
            versions: '0+',
            fields: [
              { name: 'PartitionIndex', type: 'int32', versions: '0+' },
              { name: 'ErrorCode', type: 'int16', versions: '0+' },
              { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+', default: null }
            ]
          }
        ]
      }
    ]
  }
}
