import type { ApiSchema } from './types.ts'

export const readShareGroupState: ApiSchema = {
  key: 84,
  name: 'ReadShareGroupState',
  about: 'A partition leader loads the delivery state of a share partition.',
  listeners: ['broker'],
  versions: '0',
  flexible: '0+',
  request: {
    fields: [
      { name: 'GroupId', type: 'string', versions: '0+' },
      {
        name: 'Topics',
        type: '[]ReadStateData',
        versions: '0+',
        fields: [
          { name: 'TopicId', type: 'uuid', versions: '0+' },
          {
            name: 'Partitions',
            type: '[]PartitionData',
            versions: '0+',
            fields: [
              { name: 'Partition', type: 'int32', versions: '0+' },
              {
                name: 'LeaderEpoch',
                type: 'int32',
                versions: '0+',
                about: "The reader's own; a lower one than last seen is fenced."
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
        type: '[]ReadStateResult',
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
              { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+', default: null },
              {
                name: 'StateEpoch',
                type: 'int32',
                versions: '0+',
                about:
                  'Rises when the state of a share partition is initialized anew; writes with an older one are fenced.'
              },
              {
                name: 'StartOffset',
                type: 'int64',
                versions: '0+',
                about:
                  'The first offset that is not finished yet; everything below is acknowledged or archived.'
              },
              {
                name: 'StateBatches',
                type: '[]StateBatch',
                versions: '0+',
                fields: [
                  { name: 'FirstOffset', type: 'int64', versions: '0+', about: 'Inclusive.' },
                  { name: 'LastOffset', type: 'int64', versions: '0+', about: 'Inclusive.' },
                  {
                    name: 'DeliveryState',
                    type: 'int8',
                    versions: '0+',
                    about:
                      '0 available, 2 acknowledged, 4 archived; records that are only acquired are not persisted.'
                  },
                  {
                    name: 'DeliveryCount',
                    type: 'int16',
                    versions: '0+',
                    about: 'How often these records have been handed out so far.'
                  }
                ]
              }
            ]
          }
        ]
      }
    ]
  }
}
