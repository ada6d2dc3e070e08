import type { ApiSchema } from './types.ts'

export const describeGroups: ApiSchema = {
  key: 15,
  name: 'DescribeGroups',
  about: '',
  listeners: ['broker'],
  versions: '0-6',
  flexible: '5+',
  request: {
    fields: [
      { name: 'Groups', type: '[]string', versions: '0+', entityType: 'groupId' },
      { name: 'IncludeAuthorizedOperations', type: 'bool', versions: '3+' }
    ]
  },
  response: {
    fields: [
      { name: 'ThrottleTimeMs', type: 'int32', versions: '1+', ignorable: true },
      {
        name: 'Groups',
        type: '[]DescribedGroup',
        versions: '0+',
        fields: [
          { name: 'ErrorCode', type: 'int16', versions: '0+' },
          { name: 'ErrorMessage', type: 'string', versions: '6+', nullable: '6+', default: null },
          { name: 'GroupId', type: 'string', versions: '0+', entityType: 'groupId' },
          { name: 'GroupState', type: 'string', versions: '0+' },
          { name: 'ProtocolType', type: 'string', versions: '0+' },
          { name: 'ProtocolData', type: 'string', versions: '0+' },
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
                ignorable: true
              },
              { name: 'ClientId', type: 'string', versions: '0+' },
              { name: 'ClientHost', type: 'string', versions: '0+' },
              { name: 'MemberMetadata', type: 'bytes', versions: '0+' },
              { name: 'MemberAssignment', type: 'bytes', versions: '0+' }
            ]
          },
          { name: 'AuthorizedOperations', type: 'int32', versions: '3+', default: -2147483648 }
        ]
      }
    ]
  }
}
