import type { ApiSchema } from './types.ts'

export const deleteShareGroupState: ApiSchema = {
  key: 86,
  name: 'DeleteShareGroupState',
  about: 'Forgets the delivery state of share partitions.',
  listeners: ['broker'],
  versions: '0',
  flexible: '0+',
  request: {
    fields: [
      { name: 'GroupId', type: 'string', versions: '0+' },
      {
        name: 'Topics',
        type: '[]DeleteStateData',
        versions: '0+',
        fields: [
          { name: 'TopicId', type: 'uuid', versions: '0+' },
          {
            name: 'Partitions',
            type: '[]PartitionData',
            versions: '0+',
            fields: [{ name: 'Partition', type: 'int32', versions: '0+' }]
          }
        ]
      }
    ]
  },
  response: {
    fields: [
      {
        name: 'Results',
        type: '[]DeleteStateResult',
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
