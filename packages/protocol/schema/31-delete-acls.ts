import type { ApiSchema } from './types.ts'

export const deleteAcls: ApiSchema = {
  key: 31,
  name: 'DeleteAcls',
  about: 'Removes access rules that match filters and says which they were.',
  listeners: ['broker', 'controller'],
  versions: '1-3',
  flexible: '2+',
  request: {
    fields: [
      {
        name: 'Filters',
        type: '[]DeleteAclsFilter',
        versions: '0+',
        fields: [
          { name: 'ResourceTypeFilter', type: 'int8', versions: '0+' },
          { name: 'ResourceNameFilter', type: 'string', versions: '0+', nullable: '0+' },
          {
            name: 'PatternTypeFilter',
            type: 'int8',
            versions: '1+',
            default: 3,
            about: '1 any, 2 everything that applies to the name, 3 literal, 4 prefixed.'
          },
          { name: 'PrincipalFilter', type: 'string', versions: '0+', nullable: '0+' },
          { name: 'HostFilter', type: 'string', versions: '0+', nullable: '0+' },
          { name: 'Operation', type: 'int8', versions: '0+' },
          { name: 'PermissionType', type: 'int8', versions: '0+' }
        ]
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
        name: 'FilterResults',
        type: '[]DeleteAclsFilterResult',
        versions: '0+',
        about: 'In the order of the filters.',
        fields: [
          { name: 'ErrorCode', type: 'int16', versions: '0+' },
          { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+' },
          {
            name: 'MatchingAcls',
            type: '[]DeleteAclsMatchingAcl',
            versions: '0+',
            fields: [
              { name: 'ErrorCode', type: 'int16', versions: '0+' },
              { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+' },
              {
                name: 'ResourceType',
                type: 'int8',
                versions: '0+',
                about: '2 topic, 3 group, 4 cluster, 5 transactional id, 6 delegation token, 7 user.'
              },
              { name: 'ResourceName', type: 'string', versions: '0+' },
              { name: 'PatternType', type: 'int8', versions: '1+', default: 3 },
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
