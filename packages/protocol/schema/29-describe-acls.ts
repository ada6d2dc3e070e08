import type { ApiSchema } from './types.ts'

export const describeAcls: ApiSchema = {
  key: 29,
  name: 'DescribeAcls',
  about: '',
  listeners: ['broker', 'controller'],
  versions: '1-3',
  flexible: '2+',
  request: {
    fields: [
      { name: 'ResourceTypeFilter', type: 'int8', versions: '0+' },
      { name: 'ResourceNameFilter', type: 'string', versions: '0+', nullable: '0+' },
      { name: 'PatternTypeFilter', type: 'int8', versions: '1+', default: 3 },
      { name: 'PrincipalFilter', type: 'string', versions: '0+', nullable: '0+' },
      { name: 'HostFilter', type: 'string', versions: '0+', nullable: '0+' },
      { name: 'Operation', type: 'int8', versions: '0+' },
      { name: 'PermissionType', type: 'int8', versions: '0+' }
    ]
  },
  response: {
    fields: [
      { name: 'ThrottleTimeMs', type: 'int32', versions: '0+' },
      { name: 'ErrorCode', type: 'int16', versions: '0+' },
      { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+' },
      {
        name: 'Resources',
        type: '[]DescribeAclsResource',
        versions: '0+',
        fields: [
          { name: 'ResourceType', type: 'int8', versions: '0+' },
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
