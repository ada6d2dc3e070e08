import type { RecordSchema } from '../types.ts'

export const shareGroupMemberMetadata: RecordSchema = {
  name: 'ShareGroupMemberMetadata',
  about: 'What a member of a share group told about itself.',
  kind: 'group-coordinator',
  recordType: 10,
  key: {
    name: 'ShareGroupMemberMetadataKey',
    versions: '0',
    flexible: 'none',
    fields: [
      { name: 'GroupId', type: 'string', versions: '0' },
      { name: 'MemberId', type: 'string', versions: '0' }
    ]
  },
  value: {
    name: 'ShareGroupMemberMetadataValue',
    versions: '0',
    flexible: '0+',
    fields: [
      { name: 'RackId', type: 'string', versions: '0+', nullable: '0+' },
      { name: 'ClientId', type: 'string', versions: '0+' },
      {
        name: 'ClientHost',
        type: 'string',
        versions: '0+',
        about: "The member's address as Java prints it, with a slash in front."
      },
      { name: 'SubscribedTopicNames', type: '[]string', versions: '0+' }
    ]
  }
}
