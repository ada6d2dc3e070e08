import type { ApiSchema } from './types.ts'

export const deleteTopics: ApiSchema = {
  key: 20,
  name: 'DeleteTopics',
  about: 'Deletes topics by name or, from version 6 on, by id.',
  listeners: ['broker', 'controller'],
  versions: '1-6',
  flexible: '4+',
  request: {
    fields: [
      {
        name: 'Topics',
        type: '[]DeleteTopicState',
        versions: '6+',
        fields: [
          {
            name: 'Name',
            type: 'string',
            versions: '6+',
            nullable: '6+',
            default: null,
            entityType: 'topicName',
            about: 'Null when the topic is named by its id.'
          },
          {
            name: 'TopicId',
            type: 'uuid',
            versions: '6+',
            about: 'The zero id when the topic is named by its name.'
          }
        ]
      },
      { name: 'TopicNames', type: '[]string', versions: '0-5', ignorable: true, entityType: 'topicName' },
      { name: 'TimeoutMs', type: 'int32', versions: '0+' }
    ]
  },
  response: {
    fields: [
      {
        name: 'ThrottleTimeMs',
        type: 'int32',
        versions: '1+',
        ignorable: true,
        about:
          'The pause that a quota demands; the answer comes at once and the client keeps the pause (KIP-219).'
      },
      {
        name: 'Responses',
        type: '[]DeletableTopicResult',
        versions: '0+',
        fields: [
          {
            name: 'Name',
            type: 'string',
            versions: '0+',
            nullable: '6+',
            entityType: 'topicName',
            mapKey: true,
            about: 'Null when an id is unknown or the client may not know the name.'
          },
          { name: 'TopicId', type: 'uuid', versions: '6+', ignorable: true },
          { name: 'ErrorCode', type: 'int16', versions: '0+' },
          {
            name: 'ErrorMessage',
            type: 'string',
            versions: '5+',
            nullable: '5+',
            default: null,
            ignorable: true
          }
        ]
      }
    ]
  }
}
