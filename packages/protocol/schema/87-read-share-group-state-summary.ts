import type { ApiSchema } from './types.ts'

export const readShareGroupStateSummary: ApiSchema = {
  key: 87,
  name: 'ReadShareGroupStateSummary',
  about: 'Reads start offsets without the batches, for describing and lag.',
  listeners: ['broker'],
  versions: '0-1',
  flexible: '0+',
  request: {
    fields: [
      { name: 'GroupId', type: 'string', versions: '0+' },
      {
        name: 'Topics',
        type: '[]ReadStateSummaryData',
        versions: '0+',
        fields: [
          { name: 'TopicId', type: 'uuid', versions: '0+' },
          {
            name: 'Partitions',
            type: '[]PartitionData',
            versions: '0+',
            fields: [
              { name: 'Partition', type: 'int32', versions: '0+' },
              { name: 'LeaderEpoch', type: 'int32', versions: '0+' }
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
        type: '[]ReadStateSummaryResult',
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
              { name: 'LeaderEpoch', type: 'int32', versions: '0+' },
              {
                name: 'StartOffset',
                type: 'int64',
                versions: '0+',
                about:
                  'The first offset that is not finished yet; everything below is acknowledged or archived.'
              },
              {
                name: 'DeliveryCompleteCount',
                type: 'int32',
                versions: '1+',
                default: -1,
                about:
                  'How many records beyond the start offset are finished, for the lag of the group; -1 when unknown.'
              }
            ]
          }
        ]
      }
    ]
  }
}
