import type { ApiSchema } from './types.ts'

export const deleteTopics: ApiSchema = {
  key: 20,
  name: 'DeleteTopics',
  about: '',
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
            entityType: 'topicName'
          },
          { name: 'TopicId', type: 'uuid', versions: '6+' }
        ]
      },
      { name: 'TopicNames', type: '[]string', versions: '0-5', ignorable: true, entityType: 'topicName' },
      { name: 'TimeoutMs', type: 'int32', versions: '0+' }
    ]
  },
  response: {
    fields: [
      { name: 'ThrottleTimeMs', type: 'int32', versions: '1+', ignorable: true },
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
            mapKey: true
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
