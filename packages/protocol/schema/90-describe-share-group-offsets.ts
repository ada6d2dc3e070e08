import type { ApiSchema } from './types.ts'

export const describeShareGroupOffsets: ApiSchema = {
  key: 90,
  name: 'DescribeShareGroupOffsets',
  about: 'Shows start offsets and lag of share groups.',
  listeners: ['broker'],
  versions: '0-1',
  flexible: '0+',
  request: {
    fields: [
      {
        name: 'Groups',
        type: '[]DescribeShareGroupOffsetsRequestGroup',
        versions: '0+',
        fields: [
          { name: 'GroupId', type: 'string', versions: '0+', entityType: 'groupId' },
          {
            name: 'Topics',
            type: '[]DescribeShareGroupOffsetsRequestTopic',
            versions: '0+',
            nullable: '0+',
            about: 'Null asks for all topics of the group.',
            fields: [
              { name: 'TopicName', type: 'string', versions: '0+', entityType: 'topicName' },
              { name: 'Partitions', type: '[]int32', versions: '0+' }
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
      {
        name: 'Groups',
        type: '[]DescribeShareGroupOffsetsResponseGroup',
        versions: '0+',
        fields: [
          { name: 'GroupId', type: 'string', versions: '0+', entityType: 'groupId' },
          {
            name: 'Topics',
            type: '[]DescribeShareGroupOffsetsResponseTopic',
            versions: '0+',
            fields: [
              { name: 'TopicName', type: 'string', versions: '0+', entityType: 'topicName' },
              { name: 'TopicId', type: 'uuid', versions: '0+' },
              {
                name: 'Partitions',
                type: '[]DescribeShareGroupOffsetsResponsePartition',
                versions: '0+',
                fields: [
                  { name: 'PartitionIndex', type: 'int32', versions: '0+' },
                  {
                    name: 'StartOffset',
                    type: 'int64',
                    versions: '0+',
                    about: '-1 when the partition has no state yet.'
                  },
                  { name: 'LeaderEpoch', type: 'int32', versions: '0+' },
                  {
                    name: 'Lag',
                    type: 'int64',
                    versions: '1+',
                    default: -1,
                    about: 'Records not finished between start offset and end; -1 when unknown (KIP-1226).'
                  },
                  { name: 'ErrorCode', type: 'int16', versions: '0+' },
                  { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+', default: null }
                ]
              }
            ]
          },
          { name: 'ErrorCode', type: 'int16', versions: '0+' },
          { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+', default: null }
        ]
      }
    ]
  }
}
