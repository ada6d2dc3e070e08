import type { ApiSchema } from './types.ts'

export const initializeShareGroupState: ApiSchema = {
  key: 83,
  name: 'InitializeShareGroupState',
  about: 'The group coordinator has the share coordinator begin the state of share partitions.',
  listeners: ['broker'],
  versions: '0',
  flexible: '0+',
  request: {
    fields: [
      { name: 'GroupId', type: 'string', versions: '0+' },
      {
        name: 'Topics',
        type: '[]InitializeStateData',
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
                name: 'StartOffset',
                type: 'int64',
                versions: '0+',
                about: "-1 when it is to be found by the group's reset policy."
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
        type: '[]InitializeStateResult',
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
