import type { ApiSchema } from './types.ts'

export const writeShareGroupState: ApiSchema = {
  key: 85,
  name: 'WriteShareGroupState',
  about: 'A partition leader persists a change of delivery state.',
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
              {
                name: 'StateEpoch',
                type: 'int32',
                versions: '0+',
                about:
                  'Rises when the state of a share partition is initialized anew; writes with an older one are fenced.'
              },
              {
                name: 'LeaderEpoch',
                type: 'int32',
                versions: '0+',
                about: "The writer's own; a lower one than last seen is fenced."
              },
              { name: 'StartOffset', type: 'int64', versions: '0+', about: '-1 when unchanged.' },
              {
                name: 'DeliveryCompleteCount',
                type: 'int32',
                versions: '1+',
                default: -1,
                about:
                  'How many records beyond the start offset are finished, for the lag of the group; -1 when unknown.'
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
