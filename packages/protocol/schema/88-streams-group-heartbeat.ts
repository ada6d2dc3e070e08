import type { ApiSchema } from './types.ts'

export const streamsGroupHeartbeat: ApiSchema = {
  key: 88,
  name: 'StreamsGroupHeartbeat',
  about: 'The one request of a Kafka Streams group (KIP-1071): membership, topology, tasks.',
  listeners: ['broker'],
  versions: '0',
  flexible: '0+',
  request: {
    fields: [
      { name: 'GroupId', type: 'string', versions: '0+', entityType: 'groupId' },
      { name: 'MemberId', type: 'string', versions: '0+' },
      {
        name: 'MemberEpoch',
        type: 'int32',
        versions: '0+',
        about: '0 joins, -1 leaves, -2 leaves for a while as a static member, else the epoch last received.'
      },
      {
        name: 'EndpointInformationEpoch',
        type: 'int32',
        versions: '0+',
        about: "Of the endpoints last received; when the group's is newer the answer carries them."
      },
      {
        name: 'InstanceId',
        type: 'string',
        versions: '0+',
        nullable: '0+',
        default: null,
        about: 'The name that makes a member static, or null for a dynamic one.'
      },
      { name: 'RackId', type: 'string', versions: '0+', nullable: '0+', default: null },
      { name: 'RebalanceTimeoutMs', type: 'int32', versions: '0+', default: -1 },
      {
        name: 'Topology',
        type: 'Topology',
        versions: '0+',
        nullable: '0+',
        default: null,
        about: 'Sent when joining and after a change; null otherwise.',
        fields: [
          { name: 'Epoch', type: 'int32', versions: '0+' },
          {
            name: 'Subtopologies',
            type: '[]Subtopology',
            versions: '0+',
            fields: [
              { name: 'SubtopologyId', type: 'string', versions: '0+' },
              { name: 'SourceTopics', type: '[]string', versions: '0+', entityType: 'topicName' },
              { name: 'SourceTopicRegex', type: '[]string', versions: '0+' },
              { name: 'StateChangelogTopics', type: '[]TopicInfo', versions: '0+' },
              { name: 'RepartitionSinkTopics', type: '[]string', versions: '0+', entityType: 'topicName' },
              { name: 'RepartitionSourceTopics', type: '[]TopicInfo', versions: '0+' },
              {
                name: 'CopartitionGroups',
                type: '[]CopartitionGroup',
                versions: '0+',
                about: 'Positions in the topic lists above: topics that must have equally many partitions.',
                fields: [
                  { name: 'SourceTopics', type: '[]int16', versions: '0+' },
                  { name: 'SourceTopicRegex', type: '[]int16', versions: '0+' },
                  { name: 'RepartitionSourceTopics', type: '[]int16', versions: '0+' }
                ]
              }
            ]
          }
        ]
      },
      {
        name: 'ActiveTasks',
        type: '[]TaskIds',
        versions: '0+',
        nullable: '0+',
        default: null,
        about: 'What the member runs at present; null when unchanged.'
      },
      { name: 'StandbyTasks', type: '[]TaskIds', versions: '0+', nullable: '0+', default: null },
      { name: 'WarmupTasks', type: '[]TaskIds', versions: '0+', nullable: '0+', default: null },
      {
        name: 'ProcessId',
        type: 'string',
        versions: '0+',
        nullable: '0+',
        default: null,
        about: 'One process may have several members; standby tasks avoid the process of the active one.'
      },
      {
        name: 'UserEndpoint',
        type: 'Endpoint',
        versions: '0+',
        nullable: '0+',
        default: null,
        about: 'Where the application answers interactive queries; null when unchanged.'
      },
      { name: 'ClientTags', type: '[]KeyValue', versions: '0+', nullable: '0+', default: null },
      {
        name: 'TaskOffsets',
        type: '[]TaskOffset',
        versions: '0+',
        nullable: '0+',
        default: null,
        about: 'How far state stores have come, to find warm-up candidates.'
      },
      { name: 'TaskEndOffsets', type: '[]TaskOffset', versions: '0+', nullable: '0+', default: null },
      {
        name: 'ShutdownApplication',
        type: 'bool',
        versions: '0+',
        default: false,
        about: 'Asks all members to shut down.'
      }
    ],
    structs: [
      {
        name: 'KeyValue',
        versions: '0+',
        fields: [
          { name: 'Key', type: 'string', versions: '0+' },
          { name: 'Value', type: 'string', versions: '0+' }
        ]
      },
      {
        name: 'TopicInfo',
        versions: '0+',
        fields: [
          { name: 'Name', type: 'string', versions: '0+', entityType: 'topicName' },
          { name: 'Partitions', type: 'int32', versions: '0+', about: '0 leaves the count to the broker.' },
          {
            name: 'ReplicationFactor',
            type: 'int16',
            versions: '0+',
            about: "0 takes the broker's default."
          },
          { name: 'TopicConfigs', type: '[]KeyValue', versions: '0+' }
        ]
      },
      {
        name: 'Endpoint',
        versions: '0+',
        fields: [
          { name: 'Host', type: 'string', versions: '0+' },
          { name: 'Port', type: 'uint16', versions: '0+' }
        ]
      },
      {
        name: 'TaskOffset',
        versions: '0+',
        fields: [
          { name: 'SubtopologyId', type: 'string', versions: '0+' },
          { name: 'Partition', type: 'int32', versions: '0+' },
          { name: 'Offset', type: 'int64', versions: '0+' }
        ]
      },
      {
        name: 'TaskIds',
        versions: '0+',
        fields: [
          { name: 'SubtopologyId', type: 'string', versions: '0+' },
          { name: 'Partitions', type: '[]int32', versions: '0+' }
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
      { name: 'ErrorCode', type: 'int16', versions: '0+' },
      { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+', default: null },
      { name: 'MemberId', type: 'string', versions: '0+' },
      { name: 'MemberEpoch', type: 'int32', versions: '0+' },
      {
        name: 'HeartbeatIntervalMs',
        type: 'int32',
        versions: '0+',
        about: 'The broker, not the client, sets the rhythm of heartbeats in this protocol.'
      },
      {
        name: 'AcceptableRecoveryLag',
        type: 'int32',
        versions: '0+',
        about: 'A warm-up task this close to the end may become active.'
      },
      { name: 'TaskOffsetIntervalMs', type: 'int32', versions: '0+' },
      {
        name: 'Status',
        type: '[]Status',
        versions: '0+',
        nullable: '0+',
        about: 'Why tasks are not assigned, such as missing source topics; null when nothing is wrong.'
      },
      {
        name: 'ActiveTasks',
        type: '[]TaskIds',
        versions: '0+',
        nullable: '0+',
        default: null,
        about: 'Null when unchanged.'
      },
      { name: 'StandbyTasks', type: '[]TaskIds', versions: '0+', nullable: '0+', default: null },
      { name: 'WarmupTasks', type: '[]TaskIds', versions: '0+', nullable: '0+', default: null },
      { name: 'EndpointInformationEpoch', type: 'int32', versions: '0+' },
      {
        name: 'PartitionsByUserEndpoint',
        type: '[]EndpointToPartitions',
        versions: '0+',
        nullable: '0+',
        default: null,
        about: "Null when the client's epoch is current.",
        fields: [
          { name: 'UserEndpoint', type: 'Endpoint', versions: '0+' },
          { name: 'ActivePartitions', type: '[]TopicPartition', versions: '0+' },
          { name: 'StandbyPartitions', type: '[]TopicPartition', versions: '0+' }
        ]
      }
    ],
    structs: [
      {
        name: 'Status',
        versions: '0+',
        fields: [
          {
            name: 'StatusCode',
            type: 'int8',
            versions: '0+',
            about:
              '0 stale topology, 1 missing source topics, 2 wrongly partitioned topics, 3 missing internal topics, 4 shutdown of the application, 5 assignment delayed.'
          },
          { name: 'StatusDetail', type: 'string', versions: '0+' }
        ]
      },
      {
        name: 'TopicPartition',
        versions: '0+',
        fields: [
          { name: 'Topic', type: 'string', versions: '0+', entityType: 'topicName' },
          { name: 'Partitions', type: '[]int32', versions: '0+' }
        ]
      },
      {
        name: 'TaskIds',
        versions: '0+',
        fields: [
          { name: 'SubtopologyId', type: 'string', versions: '0+' },
          { name: 'Partitions', type: '[]int32', versions: '0+' }
        ]
      },
      {
        name: 'Endpoint',
        versions: '0+',
        fields: [
          { name: 'Host', type: 'string', versions: '0+' },
          { name: 'Port', type: 'uint16', versions: '0+' }
        ]
      }
    ]
  }
}
