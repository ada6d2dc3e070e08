import type { ApiSchema } from './types.ts'

export const produce: ApiSchema = {
  key: 0,
  name: 'Produce',
  about: '',
  listeners: ['broker'],
  versions: '3-13',
  flexible: '9+',
  request: {
    fields: [
      {
        name: 'TransactionalId',
        type: 'string',
        versions: '3+',
        nullable: '3+',
        default: null,
        entityType: 'transactionalId'
      },
      { name: 'Acks', type: 'int16', versions: '0+' },
      { name: 'TimeoutMs', type: 'int32', versions: '0+' },
      {
        name: 'TopicData',
        type: '[]TopicProduceData',
        versions: '0+',
        fields: [
          {
            name: 'Name',
            type: 'string',
            versions: '0-12',
            ignorable: true,
            entityType: 'topicName',
            mapKey: true
          },
          { name: 'TopicId', type: 'uuid', versions: '13+', ignorable: true, mapKey: true },
          {
            name: 'PartitionData',
            type: '[]PartitionProduceData',
            versions: '0+',
            fields: [
              { name: 'Index', type: 'int32', versions: '0+' },
              { name: 'Records', type: 'records', versions: '0+', nullable: '0+' }
            ]
          }
        ]
      }
    ]
  },
  response: {
    fields: [
      {
        name: 'Responses',
        type: '[]TopicProduceResponse',
        versions: '0+',
        fields: [
          {
            name: 'Name',
            type: 'string',
            versions: '0-12',
            ignorable: true,
            entityType: 'topicName',
            mapKey: true
          },
          { name: 'TopicId', type: 'uuid', versions: '13+', ignorable: true, mapKey: true },
          {
            name: 'PartitionResponses',
            type: '[]PartitionProduceResponse',
            versions: '0+',
            fields: [
              { name: 'Index', type: 'int32', versions: '0+' },
              { name: 'ErrorCode', type: 'int16', versions: '0+' },
              { name: 'BaseOffset', type: 'int64', versions: '0+' },
              { name: 'LogAppendTimeMs', type: 'int64', versions: '2+', default: -1, ignorable: true },
              { name: 'LogStartOffset', type: 'int64', versions: '5+', default: -1, ignorable: true },
              {
                name: 'RecordErrors',
                type: '[]BatchIndexAndErrorMessage',
                versions: '8+',
                ignorable: true,
                fields: [
                  { name: 'BatchIndex', type: 'int32', versions: '8+' },
                  {
                    name: 'BatchIndexErrorMessage',
                    type: 'string',
                    versions: '8+',
                    nullable: '8+',
                    default: null
                  }
                ]
              },
              {
                name: 'ErrorMessage',
                type: 'string',
                versions: '8+',
                nullable: '8+',
                default: null,
                ignorable: true
              },
              {
                name: 'CurrentLeader',
                type: 'LeaderIdAndEpoch',
                versions: '10+',
                tag: 0,
                tagged: '10+',
                fields: [
                  { name: 'LeaderId', type: 'int32', versions: '10+', default: -1, entityType: 'brokerId' },
                  { name: 'LeaderEpoch', type: 'int32', versions: '10+', default: -1 }
                ]
              }
            ]
          }
        ]
      },
      { name: 'ThrottleTimeMs', type: 'int32', versions: '1+', default: 0, ignorable: true },
      {
        name: 'NodeEndpoints',
        type: '[]NodeEndpoint',
        versions: '10+',
        tag: 0,
        tagged: '10+',
        fields: [
          { name: 'NodeId', type: 'int32', versions: '10+', entityType: 'brokerId', mapKey: true },
          { name: 'Host', type: 'string', versions: '10+' },
          { name: 'Port', type: 'int32', versions: '10+' },
          { name: 'Rack', type: 'string', versions: '10+', nullable: '10+', default: null }
        ]
      }
    ]
  }
}
