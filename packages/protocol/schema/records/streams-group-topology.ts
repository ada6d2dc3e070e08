import type { RecordSchema } from '../types.ts'

export const streamsGroupTopology: RecordSchema = {
  name: 'StreamsGroupTopology',
  about: 'The topology that the members of a Kafka Streams group run.',
  kind: 'group-coordinator',
  recordType: 23,
  key: {
    name: 'StreamsGroupTopologyKey',
    versions: '0',
    flexible: 'none',
    fields: [{ name: 'GroupId', type: 'string', versions: '0' }]
  },
  value: {
    name: 'StreamsGroupTopologyValue',
    versions: '0',
    flexible: '0+',
    fields: [
      { name: 'Epoch', type: 'int32', versions: '0+' },
      {
        name: 'Subtopologies',
        type: '[]Subtopology',
        versions: '0+',
        fields: [
          { name: 'SubtopologyId', type: 'string', versions: '0+' },
          { name: 'SourceTopics', type: '[]string', versions: '0+' },
          { name: 'SourceTopicRegex', type: '[]string', versions: '0+' },
          { name: 'StateChangelogTopics', type: '[]TopicInfo', versions: '0+' },
          { name: 'RepartitionSinkTopics', type: '[]string', versions: '0+' },
          { name: 'RepartitionSourceTopics', type: '[]TopicInfo', versions: '0+' },
          {
            name: 'CopartitionGroups',
            type: '[]CopartitionGroup',
            versions: '0+',
            fields: [
              { name: 'SourceTopics', type: '[]int16', versions: '0+' },
              { name: 'SourceTopicRegex', type: '[]int16', versions: '0+' },
              { name: 'RepartitionSourceTopics', type: '[]int16', versions: '0+' }
            ]
          }
        ]
      }
    ],
    structs: [
      {
        name: 'TopicConfig',
        versions: '0+',
        fields: [
          { name: 'key', type: 'string', versions: '0+' },
          { name: 'value', type: 'string', versions: '0+' }
        ]
      },
      {
        name: 'TopicInfo',
        versions: '0+',
        fields: [
          { name: 'Name', type: 'string', versions: '0+' },
          { name: 'Partitions', type: 'int32', versions: '0+' },
          { name: 'ReplicationFactor', type: 'int16', versions: '0+' },
          { name: 'TopicConfigs', type: '[]TopicConfig', versions: '0+' }
        ]
      }
    ]
  }
}
