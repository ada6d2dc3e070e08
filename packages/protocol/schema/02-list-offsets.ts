import type { ApiSchema } from './types.ts'

export const listOffsets: ApiSchema = {
  key: 2,
  name: 'ListOffsets',
  about: '',
  listeners: ['broker'],
  versions: '1-11',
  flexible: '6+',
  request: {
    fields: [
      { name: 'ReplicaId', type: 'int32', versions: '0+', entityType: 'brokerId' },
      { name: 'IsolationLevel', type: 'int8', versions: '2+' },
      {
        name: 'Topics',
        type: '[]ListOffsetsTopic',
        versions: '0+',
        fields: [
          { name: 'Name', type: 'string', versions: '0+', entityType: 'topicName' },
          {
            name: 'Partitions',
            type: '[]ListOffsetsPartition',
            versions: '0+',
            fields: [
              { name: 'PartitionIndex', type: 'int32', versions: '0+' },
              { name: 'CurrentLeaderEpoch', type: 'int32', versions: '4+', default: -1, ignorable: true },
              { name: 'Timestamp', type: 'int64', versions: '0+' }
            ]
          }
        ]
      },
      { name: 'TimeoutMs', type: 'int32', versions: '10+', ignorable: true }
    ]
  },
  response: {
    fields: [
      { name: 'ThrottleTimeMs', type: 'int32', versions: '2+', ignorable: true },
      {
        name: 'Topics',
        type: '[]ListOffsetsTopicResponse',
        versions: '0+',
        fields: [
          { name: 'Name', type: 'string', versions: '0+', entityType: 'topicName' },
          {
            name: 'Partitions',
            type: '[]ListOffsetsPartitionResponse',
            versions: '0+',
            fields: [
              { name: 'PartitionIndex', type: 'int32', versions: '0+' },
              { name: 'ErrorCode', type: 'int16', versions: '0+' },
              { name: 'Timestamp', type: 'int64', versions: '1+', default: -1 },
              { name: 'Offset', type: 'int64', versions: '1+', default: -1 },
              { name: 'LeaderEpoch', type: 'int32', versions: '4+', default: -1 }
            ]
          }
        ]
      }
    ]
  }
}
