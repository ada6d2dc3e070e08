import type { ApiSchema } from './types.ts'

export const writeTxnMarkers: ApiSchema = {
  key: 27,
  name: 'WriteTxnMarkers',
  about: '',
  listeners: ['broker'],
  versions: '1-2',
  flexible: '1+',
  request: {
    fields: [
      {
        name: 'Markers',
        type: '[]WritableTxnMarker',
        versions: '0+',
        fields: [
          { name: 'ProducerId', type: 'int64', versions: '0+', entityType: 'producerId' },
          { name: 'ProducerEpoch', type: 'int16', versions: '0+' },
          { name: 'TransactionResult', type: 'bool', versions: '0+' },
          {
            name: 'Topics',
            type: '[]WritableTxnMarkerTopic',
            versions: '0+',
            fields: [
              { name: 'Name', type: 'string', versions: '0+', entityType: 'topicName' },
              { name: 'PartitionIndexes', type: '[]int32', versions: '0+' }
            ]
          },
          { name: 'CoordinatorEpoch', type: 'int32', versions: '0+' },
          { name: 'TransactionVersion', type: 'int8', versions: '2+', default: 0, ignorable: true }
        ]
      }
    ]
  },
  response: {
    fields: [
      {
        name: 'Markers',
        type: '[]WritableTxnMarkerResult',
        versions: '0+',
        fields: [
          { name: 'ProducerId', type: 'int64', versions: '0+', entityType: 'producerId' },
          {
            name: 'Topics',
            type: '[]WritableTxnMarkerTopicResult',
            versions: '0+',
            fields: [
              { name: 'Name', type: 'string', versions: '0+', entityType: 'topicName' },
              {
                name: 'Partitions',
                type: '[]WritableTxnMarkerPartitionResult',
                versions: '0+',
                fields: [
                  { name: 'PartitionIndex', type: 'int32', versions: '0+' },
                  { name: 'ErrorCode', type: 'int16', versions: '0+' }
                ]
              }
            ]
          }
        ]
      }
    ]
  }
}
