import type { ApiSchema } from './types.ts'

export const addPartitionsToTxn: ApiSchema = {
  key: 24,
  name: 'AddPartitionsToTxn',
  about:
    'Registers partitions with a transaction before the first write; up to version 3 from clients, above from brokers for many transactions at once.',
  listeners: ['broker'],
  versions: '0-5',
  flexible: '3+',
  request: {
    fields: [
      {
        name: 'Transactions',
        type: '[]AddPartitionsToTxnTransaction',
        versions: '4+',
        fields: [
          {
            name: 'TransactionalId',
            type: 'string',
            versions: '4+',
            entityType: 'transactionalId',
            mapKey: true
          },
          { name: 'ProducerId', type: 'int64', versions: '4+', entityType: 'producerId' },
          { name: 'ProducerEpoch', type: 'int16', versions: '4+' },
          {
            name: 'VerifyOnly',
            type: 'bool',
            versions: '4+',
            default: false,
            about: 'Only ask whether the partitions are registered (KIP-890); nothing is added.'
          },
          { name: 'Topics', type: '[]AddPartitionsToTxnTopic', versions: '4+' }
        ]
      },
      { name: 'V3AndBelowTransactionalId', type: 'string', versions: '0-3', entityType: 'transactionalId' },
      { name: 'V3AndBelowProducerId', type: 'int64', versions: '0-3', entityType: 'producerId' },
      { name: 'V3AndBelowProducerEpoch', type: 'int16', versions: '0-3' },
      { name: 'V3AndBelowTopics', type: '[]AddPartitionsToTxnTopic', versions: '0-3' }
    ],
    structs: [
      {
        name: 'AddPartitionsToTxnTopic',
        versions: '0+',
        fields: [
          { name: 'Name', type: 'string', versions: '0+', entityType: 'topicName', mapKey: true },
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
        versions: '4+',
        ignorable: true,
        about: 'Of the request as a whole; those of partitions stand with them.'
      },
      {
        name: 'ResultsByTransaction',
        type: '[]AddPartitionsToTxnResult',
        versions: '4+',
        fields: [
          {
            name: 'TransactionalId',
            type: 'string',
            versions: '4+',
            entityType: 'transactionalId',
            mapKey: true
          },
          { name: 'TopicResults', type: '[]AddPartitionsToTxnTopicResult', versions: '4+' }
        ]
      },
      { name: 'ResultsByTopicV3AndBelow', type: '[]AddPartitionsToTxnTopicResult', versions: '0-3' }
    ],
    structs: [
      {
        name: 'AddPartitionsToTxnTopicResult',
        versions: '0+',
        fields: [
          { name: 'Name', type: 'string', versions: '0+', entityType: 'topicName', mapKey: true },
          { name: 'ResultsByPartition', type: '[]AddPartitionsToTxnPartitionResult', versions: '0+' }
        ]
      },
      {
        name: 'AddPartitionsToTxnPartitionResult',
        versions: '0+',
        fields: [
          { name: 'PartitionIndex', type: 'int32', versions: '0+', mapKey: true },
          { name: 'PartitionErrorCode', type: 'int16', versions: '0+' }
        ]
      }
    ]
  }
}
