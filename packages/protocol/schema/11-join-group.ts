import type { ApiSchema } from './types.ts'

export const joinGroup: ApiSchema = {
  key: 11,
  name: 'JoinGroup',
  about: 'Enters a classic group. The answer waits until the whole generation has joined.',
  listeners: ['broker'],
  versions: '0-9',
  flexible: '6+',
  request: {
    fields: [
      { name: 'GroupId', type: 'string', versions: '0+', entityType: 'groupId' },
      {
        name: 'SessionTimeoutMs',
        type: 'int32',
        versions: '0+',
        about: "Silence after which the member is dropped; it must lie within the broker's bounds."
      },
      {
        name: 'RebalanceTimeoutMs',
        type: 'int32',
        versions: '1+',
        default: -1,
        ignorable: true,
        about: 'How long the group waits for this member in a rebalance; version 0 uses the session timeout.'
      },
      {
        name: 'MemberId',
        type: 'string',
        versions: '0+',
        about:
          'Empty at first; from version 4 on the broker answers MEMBER_ID_REQUIRED with an id to come back with (KIP-394).'
      },
      {
        name: 'GroupInstanceId',
        type: 'string',
        versions: '5+',
        nullable: '5+',
        default: null,
        about: 'The name that makes a member static (KIP-345), or null for a dynamic one.'
      },
      {
        name: 'ProtocolType',
        type: 'string',
        versions: '0+',
        about: '`consumer` for consumers, `connect` for Connect; all members must agree.'
      },
      {
        name: 'Protocols',
        type: '[]JoinGroupRequestProtocol',
        versions: '0+',
        about: 'In order of preference; the group takes one that all members have.',
        fields: [
          { name: 'Name', type: 'string', versions: '0+', mapKey: true },
          {
            name: 'Metadata',
            type: 'bytes',
            versions: '0+',
            about: 'Opaque to the broker; consumers put a ConsumerProtocolSubscription here.'
          }
        ]
      },
      {
        name: 'Reason',
        type: 'string',
        versions: '8+',
        nullable: '8+',
        default: null,
        ignorable: true,
        about: "Why the client joins again, for the broker's log (KIP-800)."
      }
    ]
  },
  response: {
    fields: [
      {
        name: 'ThrottleTimeMs',
        type: 'int32',
        versions: '2+',
        ignorable: true,
        about:
          'The pause that a quota demands; the answer comes at once and the client keeps the pause (KIP-219).'
      },
      { name: 'ErrorCode', type: 'int16', versions: '0+' },
      { name: 'GenerationId', type: 'int32', versions: '0+', default: -1 },
      {
        name: 'ProtocolType',
        type: 'string',
        versions: '7+',
        nullable: '7+',
        default: null,
        ignorable: true
      },
      { name: 'ProtocolName', type: 'string', versions: '0+', nullable: '7+' },
      {
        name: 'Leader',
        type: 'string',
        versions: '0+',
        about: 'The member that computes the assignment; only its answer lists the members.'
      },
      {
        name: 'SkipAssignment',
        type: 'bool',
        versions: '9+',
        default: false,
        about: 'The leader may keep the assignment; true when a static leader comes back without a rebalance.'
      },
      { name: 'MemberId', type: 'string', versions: '0+' },
      {
        name: 'Members',
        type: '[]JoinGroupResponseMember',
        versions: '0+',
        about: 'Empty for everybody but the leader.',
        fields: [
          { name: 'MemberId', type: 'string', versions: '0+' },
          {
            name: 'GroupInstanceId',
            type: 'string',
            versions: '5+',
            nullable: '5+',
            default: null,
            ignorable: true,
            about: 'The name that makes a member static (KIP-345), or null for a dynamic one.'
          },
          { name: 'Metadata', type: 'bytes', versions: '0+' }
        ]
      }
    ]
  }
}
