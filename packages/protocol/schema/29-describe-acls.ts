import type { ApiSchema } from './types.ts'

export const describeAcls: ApiSchema = {
  key: 29,
  name: 'DescribeAcls',
  about: 'Lists access rules that match a filter.',
  listeners: ['broker', 'controller'],
  versions: '1-3',
  flexible: '2+',
  request: {
    fields: [
      {
        name: 'ResourceTypeFilter',
        type: 'int8',
        versions: '0+',
        about: '1 any, 2 topic, 3 group, 4 cluster, 5 transactional id, 6 delegation token, 7 user.'
      },
      {
        name: 'ResourceNameFilter',
        type: 'string',
        versions: '0+',
        nullable: '0+',
        about: 'Null matches every name.'
      },
      {
        name: 'PatternTypeFilter',
        type: 'int8',
        versions: '1+',
        default: 3,
        about: '1 any, 2 everything that applies to the name, 3 literal, 4 prefixed.'
      },
      { name: 'PrincipalFilter', type: 'string', versions: '0+', nullable: '0+' },
      { name: 'HostFilter', type: 'string', versions: '0+', nullable: '0+' },
      {
        name: 'Operation',
        type: 'int8',
        versions: '0+',
        about: '0 unknown, 1 any, 2 all, 3 read, 4 write, 5 create, 6 delete, 7 alter, 8 describe, and so on.'
      },
      { name: 'PermissionType', type: 'int8', versions: '0+', about: '1 any, 2 deny, 3 allow.' }
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
      { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+' },
      {
        name: 'Resources',
        type: '[]DescribeAclsResource',
        versions: '0+',
        fields: [
          {
            name: 'ResourceType',
            type: 'int8',
            versions: '0+',
            about: '2 topic, 3 group, 4 cluster, 5 transactional id, 6 delegation token, 7 user.'
          },
          { name: 'ResourceName', type: 'string', versions: '0+' },
          { name: 'PatternType', type: 'int8', versions: '1+', default: 3 },
          {
            name: 'Acls',
            type: '[]AclDescription',
            versions: '0+',
            fields: [
              { name: 'Principal', type: 'string', versions: '0+' },
              { name: 'Host', type: 'string', versions: '0+' },
              { name: 'Operation', type: 'int8', versions: '0+' },
              { name: 'PermissionType', type: 'int8', versions: '0+' }
            ]
          }
        ]
      }
    ]
  }
}
