import type { ApiSchema } from './types.ts'

export const syncGroup: ApiSchema = {
  key: 14,
  name: 'SyncGroup',
  about: 'Hands out the assignment: the leader brings it, the others wait for it.',
  listeners: ['broker'],
  versions: '0-5',
  flexible: '4+',
  request: {
    fields: [
      { name: 'GroupId', type: 'string', versions: '0+', entityType: 'groupId' },
      { name: 'GenerationId', type: 'int32', versions: '0+' },
      { name: 'MemberId', type: 'string', versions: '0+' },
      {
        name: 'GroupInstanceId',
        type: 'string',
        versions: '3+',
        nullable: '3+',
        default: null,
        about: 'The name that makes a member static (KIP-345), or null for a dynamic one.'
      },
      {
        name: 'ProtocolType',
        type: 'string',
        versions: '5+',
        nullable: '5+',
        default: null,
        ignorable: true,
        about: "From version 5 on it is checked against the group's."
      },
      {
        name: 'ProtocolName',
        type: 'string',
        versions: '5+',
        nullable: '5+',
        default: null,
        ignorable: true
      },
      {
        name: 'Assignments',
        type: '[]SyncGroupRequestAssignment',
        versions: '0+',
        about: 'Filled by the leader only.',
        fields: [
          { name: 'MemberId', type: 'string', versions: '0+' },
          {
            name: 'Assignment',
            type: 'bytes',
            versions: '0+',
            about: 'Opaque to the broker; consumers put a ConsumerProtocolAssignment here.'
          }
        ]
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
      { name: 'ErrorCode', type: 'int16', versions: '0+' },
      {
        name: 'ProtocolType',
        type: 'string',
        versions: '5+',
        nullable: '5+',
        default: null,
        ignorable: true
      },
      {
        name: 'ProtocolName',
        type: 'string',
        versions: '5+',
        nullable: '5+',
        default: null,
        ignorable: true
      },
      { name: 'Assignment', type: 'bytes', versions: '0+' }
    ]
  }
}
