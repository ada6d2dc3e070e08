import type { ApiSchema } from './types.ts'

export const deleteShareGroupOffsets: ApiSchema = {
  key: 92,
  name: 'DeleteShareGroupOffsets',
  about: 'Deletes the state of topics from a share group that has no members.',
  listeners: ['broker'],
  versions: '0',
  flexible: '0+',
  request: {
    fields: [
      { name: 'GroupId', type: 'string', versions: '0+', entityType: 'groupId' },
      {
        name: 'Topics',
        type: '[]DeleteShareGroupOffsetsRequestTopic',
        versions: '0+',
        fields: [{ name: 'TopicName', type: 'string', versions: '0+', entityType: 'topicName' }]
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
      { name: 'ErrorCode', type: 'int16', versions: '0+' },
      { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+', default: null },
      {
        name: 'Responses',
        type: '[]DeleteShareGroupOffsetsResponseTopic',
        versions: '0+',
        fields: [
          { name: 'TopicName', type: 'string', versions: '0+', entityType: 'topicName' },
          { name: 'TopicId', type: 'uuid', versions: '0+' },
          { name: 'ErrorCode', type: 'int16', versions: '0+' },
          { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+', default: null }
        ]
      }
    ]
  }
}
