import type { ApiSchema } from './types.ts'

export const describeLogDirs: ApiSchema = {
  key: 35,
  name: 'DescribeLogDirs',
  about: 'Reports size and free space of log folders and their partitions; user interfaces depend on it.',
  listeners: ['broker'],
  versions: '1-4',
  flexible: '2+',
  request: {
    fields: [
      {
        name: 'Topics',
        type: '[]DescribableLogDirTopic',
        versions: '0+',
        nullable: '0+',
        about: 'Null asks for all partitions.',
        fields: [
          { name: 'Topic', type: 'string', versions: '0+', entityType: 'topicName', mapKey: true },
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
      {
        name: 'ErrorCode',
        type: 'int16',
        versions: '3+',
        ignorable: true,
        about: 'Of the request as a whole, such as a missing permission.'
      },
      {
        name: 'Results',
        type: '[]DescribeLogDirsResult',
        versions: '0+',
        fields: [
          { name: 'ErrorCode', type: 'int16', versions: '0+' },
          { name: 'LogDir', type: 'string', versions: '0+' },
          {
            name: 'Topics',
            type: '[]DescribeLogDirsTopic',
            versions: '0+',
            fields: [
              { name: 'Name', type: 'string', versions: '0+', entityType: 'topicName' },
              {
                name: 'Partitions',
                type: '[]DescribeLogDirsPartition',
                versions: '0+',
                fields: [
                  { name: 'PartitionIndex', type: 'int32', versions: '0+' },
                  { name: 'PartitionSize', type: 'int64', versions: '0+' },
                  {
                    name: 'OffsetLag',
                    type: 'int64',
                    versions: '0+',
                    about:
                      'How far the log end lies behind the high watermark, or a future replica behind the present one.'
                  },
                  {
                    name: 'IsFutureKey',
                    type: 'bool',
                    versions: '0+',
                    about: 'True for the copy that is being moved in.'
                  }
                ]
              }
            ]
          },
          {
            name: 'TotalBytes',
            type: 'int64',
            versions: '4+',
            default: -1,
            ignorable: true,
            about: 'Of the volume, not of our files; -1 when unknown.'
          },
          { name: 'UsableBytes', type: 'int64', versions: '4+', default: -1, ignorable: true }
        ]
      }
    ]
  }
}
