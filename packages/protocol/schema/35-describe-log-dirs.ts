import type { ApiSchema } from './types.ts'

export const describeLogDirs: ApiSchema = {
  key: 35,
  name: 'DescribeLogDirs',
  about: '',
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
        fields: [
          { name: 'Topic', type: 'string', versions: '0+', entityType: 'topicName', mapKey: true },
          { name: 'Partitions', type: '[]int32', versions: '0+' }
        ]
      }
    ]
  },
  response: {
    fields: [
      { name: 'ThrottleTimeMs', type: 'int32', versions: '0+' },
      { name: 'ErrorCode', type: 'int16', versions: '3+', ignorable: true },
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
                  { name: 'OffsetLag', type: 'int64', versions: '0+' },
                  { name: 'IsFutureKey', type: 'bool', versions: '0+' }
                ]
              }
            ]
          },
          { name: 'TotalBytes', type: 'int64', versions: '4+', default: -1, ignorable: true },
          { name: 'UsableBytes', type: 'int64', versions: '4+', default: -1, ignorable: true }
        ]
      }
    ]
  }
}
