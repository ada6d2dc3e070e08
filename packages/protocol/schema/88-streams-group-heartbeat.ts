import type { ApiSchema } from './types.ts'

export const streamsGroupHeartbeat: ApiSchema = {
  key: 88,
  name: 'StreamsGroupHeartbeat',
  about: '',
  listeners: ['broker'],
  versions: '0',
  flexible: '0+',
  request: {
    fields: [
      { name: 'GroupId', type: 'string', versions: '0+', entityType: 'groupId' },
      { name: 'MemberId', type: 'string', versions: '0+' },
      { name: 'MemberEpoch', type: 'int32', versions: '0+' },
      { name: 'EndpointInformationEpoch', type: 'int32', versions: '0+' },
      { name: 'InstanceId', type: 'string', versions: '0+', nullable: '0+', default: null },
      { name: 'RackId', type: 'string', versions: '0+', nullable: '0+', default: null },
      { name: 'RebalanceTimeoutMs', type: 'int32', versions: '0+', default: -1 },
      {
        name: 'Topology',
        type: 'Topology',
        versions: '0+',
        nullable: '0+',
        default: null,
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
      { name: 'ActiveTasks', type: '[]TaskIds', versions: '0+', nullable: '0+', default: null },
      { name: 'StandbyTasks', type: '[]TaskIds', versions: '0+', nullable: '0+', default: null },
      { name: 'WarmupTasks', type: '[]TaskIds', versions: '0+', nullable: '0+', default: null },
      { name: 'ProcessId', type: 'string', versions: '0+', nullable: '0+', default: null },
      { name: 'UserEndpoint', type: 'Endpoint', versions: '0+', nullable: '0+', default: null },
      { name: 'ClientTags', type: '[]KeyValue', versions: '0+', nullable: '0+', default: null },
      { name: 'TaskOffsets', type: '[]TaskOffset', versions: '0+', nullable: '0+', default: null },
      { name: 'TaskEndOffsets', type: '[]TaskOffset', versions: '0+', nullable: '0+', default: null },
      { name: 'ShutdownApplication', type: 'bool', versions: '0+', default: false }
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
          { name: 'Partitions', type: 'int32', versions: '0+' },
          { name: 'ReplicationFactor', type: 'int16', versions: '0+' },
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
      { name: 'ThrottleTimeMs', type: 'int32', versions: '0+' },
      { name: 'ErrorCode', type: 'int16', versions: '0+' },
      { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+', default: null },
      { name: 'MemberId', type: 'string', versions: '0+' },
      { name: 'MemberEpoch', type: 'int32', versions: '0+' },
      { name: 'HeartbeatIntervalMs', type: 'int32', versions: '0+' },
      { name: 'AcceptableRecoveryLag', type: 'int32', versions: '0+' },
      { name: 'TaskOffsetIntervalMs', type: 'int32', versions: '0+' },
      { name: 'Status', type: '[]Status', versions: '0+', nullable: '0+' },
      { name: 'ActiveTasks', type: '[]TaskIds', versions: '0+', nullable: '0+', default: null },
      { name: 'StandbyTasks', type: '[]TaskIds', versions: '0+', nullable: '0+', default: null },
      { name: 'WarmupTasks', type: '[]TaskIds', versions: '0+', nullable: '0+', default: null },
      { name: 'EndpointInformationEpoch', type: 'int32', versions: '0+' },
      {
        name: 'PartitionsByUserEndpoint',
        type: '[]EndpointToPartitions',
        versions: '0+',
        nullable: '0+',
        default: null,
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
          { name: 'StatusCode', type: 'int8', versions: '0+' },
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
