import type { ApiSchema } from './types.ts'

export const writeShareGroupState: ApiSchema = {
  key: 85,
  name: 'WriteShareGroupState',
  about: '',
  listeners: ['broker'],
  versions: '0-1',
  flexible: '0+',
  request: {
    fields: [
      { name: 'GroupId', type: 'string', versions: '0+' },
      {
        name: 'Topics',
        type: '[]WriteStateData',
        versions: '0+',
        fields: [
          { name: 'TopicId', type: 'uuid', versions: '0+' },
          {
            name: 'Partitions',
            type: '[]PartitionData',
            versions: '0+',
            fields: [
              { name: 'Partition', type: 'int32', versions: '0+' },
              { name: 'StateEpoch', type: 'int32', versions: '0+' },
              { name: 'LeaderEpoch', type: 'int32', versions: '0+' },
              { name: 'StartOffset', type: 'int64', versions: '0+' },
              { name: 'DeliveryCompleteCount', type: 'int32', versions: '1+', default: -1 },
              {
                name: 'StateBatches',
                type: '[]StateBatch',
                versions: '0+',
                fields: [
                  { name: 'FirstOffset', type: 'int64', versions: '0+' },
                  { name: 'LastOffset', type: 'int64', versions: '0+' },
                  { name: 'DeliveryState', type: 'int8', versions: '0+' },
                  { name: 'DeliveryCount', type: 'int16', versions: '0+' }
                ]
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
        name: 'Results',
        type: '[]WriteStateResult',
        versions: '0+',
        fields: [
          { name: 'TopicId', type: 'uuid', versions: '0+' },
          {
            name: 'Partitions',
            type: '[]PartitionResult',
            versions: '0+',
            fields: [
              { name: 'Partition', type: 'int32', versions: '0+' },
              { name: 'ErrorCode', type: 'int16', versions: '0+' },
              { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+', default: null }
            ]
          }
        ]
      }
    ]
  }
}
