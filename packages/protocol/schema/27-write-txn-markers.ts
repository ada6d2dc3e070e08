import type { ApiSchema } from './types.ts'

export const writeTxnMarkers: ApiSchema = {
  key: 27,
  name: 'WriteTxnMarkers',
  about: 'The transaction coordinator has the leaders write commit or abort markers; no client sends it.',
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
          { name: 'TransactionResult', type: 'bool', versions: '0+', about: 'True for commit.' },
          {
            name: 'Topics',
            type: '[]WritableTxnMarkerTopic',
            versions: '0+',
            fields: [
              { name: 'Name', type: 'string', versions: '0+', entityType: 'topicName' },
              { name: 'PartitionIndexes', type: '[]int32', versions: '0+' }
            ]
          },
          {
            name: 'CoordinatorEpoch',
            type: 'int32',
            versions: '0+',
            about: 'Rises with every change of the coordinator; markers of an older one are refused.'
          },
          {
            name: 'TransactionVersion',
            type: 'int8',
            versions: '2+',
            default: 0,
            ignorable: true,
            about: "With 2 the marker's epoch has to be above that of the records (KIP-1228)."
          }
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
