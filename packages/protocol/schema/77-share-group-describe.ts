import type { ApiSchema } from './types.ts'

export const shareGroupDescribe: ApiSchema = {
  key: 77,
  name: 'ShareGroupDescribe',
  about: 'Describes share groups.',
  listeners: ['broker'],
  versions: '1',
  flexible: '0+',
  request: {
    fields: [
      { name: 'GroupIds', type: '[]string', versions: '0+', entityType: 'groupId' },
      {
        name: 'IncludeAuthorizedOperations',
        type: 'bool',
        versions: '0+',
        about: 'Costs an authorization check per operation, so it is off unless asked for.'
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
      {
        name: 'Groups',
        type: '[]DescribedGroup',
        versions: '0+',
        fields: [
          { name: 'ErrorCode', type: 'int16', versions: '0+' },
          { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+', default: null },
          { name: 'GroupId', type: 'string', versions: '0+', entityType: 'groupId' },
          { name: 'GroupState', type: 'string', versions: '0+' },
          {
            name: 'GroupEpoch',
            type: 'int32',
            versions: '0+',
            about: 'Rises whenever members or subscriptions change, which calls for a new assignment.'
          },
          {
            name: 'AssignmentEpoch',
            type: 'int32',
            versions: '0+',
            about: 'The group epoch for which the present target assignment was computed.'
          },
          { name: 'AssignorName', type: 'string', versions: '0+' },
          {
            name: 'Members',
            type: '[]Member',
            versions: '0+',
            fields: [
              { name: 'MemberId', type: 'string', versions: '0+' },
              { name: 'RackId', type: 'string', versions: '0+', nullable: '0+', default: null },
              { name: 'MemberEpoch', type: 'int32', versions: '0+' },
              { name: 'ClientId', type: 'string', versions: '0+' },
              {
                name: 'ClientHost',
                type: 'string',
                versions: '0+',
                about: "The member's address as Java prints it, with a slash in front."
              },
              { name: 'SubscribedTopicNames', type: '[]string', versions: '0+', entityType: 'topicName' },
              { name: 'Assignment', type: 'Assignment', versions: '0+' }
            ]
          },
          {
            name: 'AuthorizedOperations',
            type: 'int32',
            versions: '0+',
            default: -2147483648,
            about: 'A bit field of ACL operations, or the smallest int32 when nobody asked.'
          }
        ]
      }
    ],
    structs: [
      {
        name: 'TopicPartitions',
        versions: '0+',
        fields: [
          { name: 'TopicId', type: 'uuid', versions: '0+' },
          { name: 'TopicName', type: 'string', versions: '0+', entityType: 'topicName' },
          { name: 'Partitions', type: '[]int32', versions: '0+' }
        ]
      },
      {
        name: 'Assignment',
        versions: '0+',
        fields: [{ name: 'TopicPartitions', type: '[]TopicPartitions', versions: '0+' }]
      }
    ]
  }
}
