import type { ApiSchema } from './types.ts'

export const deleteRecords: ApiSchema = {
  key: 21,
  name: 'DeleteRecords',
  about: 'Moves the log start offset up, which hides the records below at once and frees them later.',
  listeners: ['broker'],
  versions: '0-2',
  flexible: '2+',
  request: {
    fields: [
      {
        name: 'Topics',
        type: '[]DeleteRecordsTopic',
        versions: '0+',
        fields: [
          { name: 'Name', type: 'string', versions: '0+', entityType: 'topicName' },
          {
            name: 'Partitions',
            type: '[]DeleteRecordsPartition',
            versions: '0+',
            fields: [
              { name: 'PartitionIndex', type: 'int32', versions: '0+' },
              {
                name: 'Offset',
                type: 'int64',
                versions: '0+',
                about: 'The first offset to keep; -1 stands for the high watermark.'
              }
            ]
          }
        ]
      },
      { name: 'TimeoutMs', type: 'int32', versions: '0+' }
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
        name: 'Topics',
        type: '[]DeleteRecordsTopicResult',
        versions: '0+',
        fields: [
          { name: 'Name', type: 'string', versions: '0+', entityType: 'topicName', mapKey: true },
          {
            name: 'Partitions',
            type: '[]DeleteRecordsPartitionResult',
            versions: '0+',
            fields: [
              { name: 'PartitionIndex', type: 'int32', versions: '0+', mapKey: true },
              {
                name: 'LowWatermark',
                type: 'int64',
                versions: '0+',
                about: 'The log start offset afterwards, the smallest among the replicas; -1 on errors.'
              },
              { name: 'ErrorCode', type: 'int16', versions: '0+' }
            ]
          }
        ]
      }
    ]
  }
}
