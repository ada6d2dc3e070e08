import type { RecordSchema } from '../types.ts'

export const consumerGroupMemberMetadata: RecordSchema = {
  name: 'ConsumerGroupMemberMetadata',
  about: 'What a member of a KIP-848 group told about itself.',
  kind: 'group-coordinator',
  recordType: 5,
  key: {
    name: 'ConsumerGroupMemberMetadataKey',
    versions: '0',
    flexible: 'none',
    fields: [
      { name: 'GroupId', type: 'string', versions: '0' },
      { name: 'MemberId', type: 'string', versions: '0' }
    ]
  },
  value: {
    name: 'ConsumerGroupMemberMetadataValue',
    versions: '0',
    flexible: '0+',
    fields: [
      {
        name: 'InstanceId',
        type: 'string',
        versions: '0+',
        nullable: '0+',
        about: 'The name that makes a member static, or null for a dynamic one.'
      },
      { name: 'RackId', type: 'string', versions: '0+', nullable: '0+' },
      { name: 'ClientId', type: 'string', versions: '0+' },
      {
        name: 'ClientHost',
        type: 'string',
        versions: '0+',
        about: "The member's address as Java prints it, with a slash in front."
      },
      { name: 'SubscribedTopicNames', type: '[]string', versions: '0+' },
      { name: 'SubscribedTopicRegex', type: 'string', versions: '0+', nullable: '0+' },
      { name: 'RebalanceTimeoutMs', type: 'int32', versions: '0+', default: -1 },
      { name: 'ServerAssignor', type: 'string', versions: '0+', nullable: '0+' },
      {
        name: 'ClassicMemberMetadata',
        type: 'ClassicMemberMetadata',
        versions: '0+',
        nullable: '0+',
        tag: 0,
        tagged: '0+',
        about: 'Present for members that speak the classic protocol during a migration.',
        fields: [
          { name: 'SessionTimeoutMs', type: 'int32', versions: '0+' },
          {
            name: 'SupportedProtocols',
            type: '[]ClassicProtocol',
            versions: '0+',
            fields: [
              { name: 'Name', type: 'string', versions: '0+' },
              { name: 'Metadata', type: 'bytes', versions: '0+' }
            ]
          }
        ]
      }
    ]
  }
}
