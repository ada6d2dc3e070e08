import type { ApiSchema } from './types.ts'

export const describeGroups: ApiSchema = {
  key: 15,
  name: 'DescribeGroups',
  about:
    'Describes classic groups with their members; unknown groups appear as Dead (below version 6 without an error).',
  listeners: ['broker'],
  versions: '0-6',
  flexible: '5+',
  request: {
    fields: [
      { name: 'Groups', type: '[]string', versions: '0+', entityType: 'groupId' },
      {
        name: 'IncludeAuthorizedOperations',
        type: 'bool',
        versions: '3+',
        about: 'Costs an authorization check per operation, so it is off unless asked for.'
      }
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
        name: 'Groups',
        type: '[]DescribedGroup',
        versions: '0+',
        fields: [
          { name: 'ErrorCode', type: 'int16', versions: '0+' },
          { name: 'ErrorMessage', type: 'string', versions: '6+', nullable: '6+', default: null },
          { name: 'GroupId', type: 'string', versions: '0+', entityType: 'groupId' },
          {
            name: 'GroupState',
            type: 'string',
            versions: '0+',
            about:
              'One of PreparingRebalance, CompletingRebalance, Stable, Dead and Empty; empty text on errors.'
          },
          { name: 'ProtocolType', type: 'string', versions: '0+' },
          {
            name: 'ProtocolData',
            type: 'string',
            versions: '0+',
            about: 'The name of the chosen assignor while the group is stable.'
          },
          {
            name: 'Members',
            type: '[]DescribedGroupMember',
            versions: '0+',
            fields: [
              { name: 'MemberId', type: 'string', versions: '0+' },
              {
                name: 'GroupInstanceId',
                type: 'string',
                versions: '4+',
                nullable: '4+',
                default: null,
                ignorable: true,
                about: 'The name that makes a member static (KIP-345), or null for a dynamic one.'
              },
              { name: 'ClientId', type: 'string', versions: '0+' },
              {
                name: 'ClientHost',
                type: 'string',
                versions: '0+',
                about: "The member's address as Java prints it, with a slash in front."
              },
              { name: 'MemberMetadata', type: 'bytes', versions: '0+' },
              { name: 'MemberAssignment', type: 'bytes', versions: '0+' }
            ]
          },
          {
            name: 'AuthorizedOperations',
            type: 'int32',
            versions: '3+',
            default: -2147483648,
            about: 'A bit field of ACL operations, or the smallest int32 when nobody asked.'
          }
        ]
      }
    ]
  }
}
