import type { RecordSchema } from '../types.ts'

export const streamsGroupMetadata: RecordSchema = {
  name: 'StreamsGroupMetadata',
  about: 'The epoch of a Kafka Streams group.',
  kind: 'group-coordinator',
  recordType: 17,
  key: {
    name: 'StreamsGroupMetadataKey',
    versions: '0',
    flexible: 'none',
    fields: [{ name: 'GroupId', type: 'string', versions: '0' }]
  },
  value: {
    name: 'StreamsGroupMetadataValue',
    versions: '0',
    flexible: '0+',
    fields: [
      { name: 'Epoch', type: 'int32', versions: '0+' },
      { name: 'MetadataHash', type: 'int64', versions: '0+' },
      { name: 'ValidatedTopologyEpoch', type: 'int32', versions: '0+', tag: 0, tagged: '0+', default: -1 },
      {
        name: 'LastAssignmentConfigs',
        type: '[]LastAssignmentConfig',
        versions: '0+',
        nullable: '0+',
        tag: 1,
        tagged: '0+',
        about:
          'The settings with which tasks were last assigned, so that a change calls for a new assignment.'
      }
    ],
    structs: [
      {
        name: 'LastAssignmentConfig',
        versions: '0+',
        fields: [
          { name: 'Key', type: 'string', versions: '0+' },
          { name: 'Value', type: 'string', versions: '0+' }
        ]
      }
    ]
  }
}
