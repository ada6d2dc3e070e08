import type { RecordSchema } from '../types.ts'

export const streamsGroupMemberMetadata: RecordSchema = {
  name: 'StreamsGroupMemberMetadata',
  about: 'What a member of a Kafka Streams group told about itself.',
  kind: 'group-coordinator',
  recordType: 19,
  key: {
    name: 'StreamsGroupMemberMetadataKey',
    versions: '0',
    flexible: 'none',
    fields: [
      { name: 'GroupId', type: 'string', versions: '0' },
      { name: 'MemberId', type: 'string', versions: '0' }
    ]
  },
  value: {
    name: 'StreamsGroupMemberMetadataValue',
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
      { name: 'RebalanceTimeoutMs', type: 'int32', versions: '0+', default: -1 },
      { name: 'TopologyEpoch', type: 'int32', versions: '0+' },
      { name: 'ProcessId', type: 'string', versions: '0+' },
      { name: 'UserEndpoint', type: 'Endpoint', versions: '0+', nullable: '0+', default: null },
      { name: 'ClientTags', type: '[]KeyValue', versions: '0+' }
    ],
    structs: [
      {
        name: 'Endpoint',
        versions: '0+',
        fields: [
          { name: 'Host', type: 'string', versions: '0+' },
          { name: 'Port', type: 'uint16', versions: '0+' }
        ]
      },
      {
        name: 'KeyValue',
        versions: '0+',
        fields: [
          { name: 'Key', type: 'string', versions: '0+' },
          { name: 'Value', type: 'string', versions: '0+' }
        ]
      }
    ]
  }
}
