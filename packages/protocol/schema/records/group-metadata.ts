import type { RecordSchema } from '../types.ts'

export const groupMetadata: RecordSchema = {
  name: 'GroupMetadata',
  about:
    'A classic group: generation, leader, members with subscription and assignment. Written at the end of each rebalance.',
  kind: 'group-coordinator',
  recordType: 2,
  key: {
    name: 'GroupMetadataKey',
    versions: '0',
    flexible: 'none',
    fields: [{ name: 'group', type: 'string', versions: '0' }]
  },
  value: {
    name: 'GroupMetadataValue',
    versions: '0-4',
    flexible: '4+',
    fields: [
      {
        name: 'protocolType',
        type: 'string',
        versions: '0+',
        about: 'Empty for a group that only holds offsets.'
      },
      { name: 'generation', type: 'int32', versions: '0+' },
      { name: 'protocol', type: 'string', versions: '0+', nullable: '0+' },
      { name: 'leader', type: 'string', versions: '0+', nullable: '0+' },
      {
        name: 'currentStateTimestamp',
        type: 'int64',
        versions: '2+',
        default: -1,
        ignorable: true,
        about:
          'When the group entered its present state; expiry of offsets counts from here when it is empty.'
      },
      { name: 'members', type: '[]MemberMetadata', versions: '0+' }
    ],
    structs: [
      {
        name: 'MemberMetadata',
        versions: '0+',
        fields: [
          { name: 'memberId', type: 'string', versions: '0+' },
          {
            name: 'groupInstanceId',
            type: 'string',
            versions: '3+',
            nullable: '3+',
            default: null,
            ignorable: true
          },
          { name: 'clientId', type: 'string', versions: '0+' },
          { name: 'clientHost', type: 'string', versions: '0+' },
          { name: 'rebalanceTimeout', type: 'int32', versions: '1+', default: -1, ignorable: true },
          { name: 'sessionTimeout', type: 'int32', versions: '0+' },
          { name: 'subscription', type: 'bytes', versions: '0+' },
          { name: 'assignment', type: 'bytes', versions: '0+' }
        ]
      }
    ]
  }
}
