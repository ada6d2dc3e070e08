import type { ApiSchema } from './types.ts'

export const streamsGroupDescribe: ApiSchema = {
  key: 89,
  name: 'StreamsGroupDescribe',
  about: 'Describes Kafka Streams groups.',
  listeners: ['broker'],
  versions: '0',
  flexible: '0+',
  request: {
    fields: [
      { name: 'GroupIds', type: '[]string', versions: '0+', entityType: 'groupId' },
      {
        name: 'IncludeAuthorizedOperations',
        type: 'bool',
        versions: '0+',
        about: 'Costs an authorization check per operation, so it is off unless asked for.'
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
      {
        name: 'Groups',
        type: '[]DescribedGroup',
        versions: '0+',
        fields: [
          { name: 'ErrorCode', type: 'int16', versions: '0+' },
          { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+', default: null },
          { name: 'GroupId', type: 'string', versions: '0+', entityType: 'groupId' },
          { name: 'GroupState', type: 'string', versions: '0+' },
          {
            name: 'GroupEpoch',
            type: 'int32',
            versions: '0+',
            about: 'Rises whenever members or subscriptions change, which calls for a new assignment.'
          },
          {
            name: 'AssignmentEpoch',
            type: 'int32',
            versions: '0+',
            about: 'The group epoch for which the present target assignment was computed.'
          },
          {
            name: 'Topology',
            type: 'Topology',
            versions: '0+',
            nullable: '0+',
            default: null,
            about: 'Null before the first member has brought one.',
            fields: [
              { name: 'Epoch', type: 'int32', versions: '0+' },
              {
                name: 'Subtopologies',
                type: '[]Subtopology',
                versions: '0+',
                nullable: '0+',
                default: null,
                about: 'Null when the topology is not initialized.',
                fields: [
                  { name: 'SubtopologyId', type: 'string', versions: '0+' },
                  { name: 'SourceTopics', type: '[]string', versions: '0+', entityType: 'topicName' },
                  {
                    name: 'RepartitionSinkTopics',
                    type: '[]string',
                    versions: '0+',
                    entityType: 'topicName'
                  },
                  { name: 'StateChangelogTopics', type: '[]TopicInfo', versions: '0+' },
                  { name: 'RepartitionSourceTopics', type: '[]TopicInfo', versions: '0+' }
                ]
              }
            ]
          },
          {
            name: 'Members',
            type: '[]Member',
            versions: '0+',
            fields: [
              { name: 'MemberId', type: 'string', versions: '0+' },
              { name: 'MemberEpoch', type: 'int32', versions: '0+' },
              {
                name: 'InstanceId',
                type: 'string',
                versions: '0+',
                nullable: '0+',
                default: null,
                about: 'The name that makes a member static, or null for a dynamic one.'
              },
              { name: 'RackId', type: 'string', versions: '0+', nullable: '0+', default: null },
              { name: 'ClientId', type: 'string', versions: '0+' },
              {
                name: 'ClientHost',
                type: 'string',
                versions: '0+',
                about: "The member's address as Java prints it, with a slash in front."
              },
              { name: 'TopologyEpoch', type: 'int32', versions: '0+' },
              { name: 'ProcessId', type: 'string', versions: '0+' },
              { name: 'UserEndpoint', type: 'Endpoint', versions: '0+', nullable: '0+', default: null },
              { name: 'ClientTags', type: '[]KeyValue', versions: '0+' },
              { name: 'TaskOffsets', type: '[]TaskOffset', versions: '0+' },
              { name: 'TaskEndOffsets', type: '[]TaskOffset', versions: '0+' },
              { name: 'Assignment', type: 'Assignment', versions: '0+' },
              {
                name: 'TargetAssignment',
                type: 'Assignment',
                versions: '0+',
                about: 'Where the member is heading; it gets there as others let go.'
              },
              {
                name: 'IsClassic',
                type: 'bool',
                versions: '0+',
                about: 'A member that came over from the classic protocol.'
              }
            ]
          },
          {
            name: 'AuthorizedOperations',
            type: 'int32',
            versions: '0+',
            default: -2147483648,
            about: 'A bit field of ACL operations, or the smallest int32 when nobody asked.'
          }
        ]
      }
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
        name: 'TaskOffset',
        versions: '0+',
        fields: [
          { name: 'SubtopologyId', type: 'string', versions: '0+' },
          { name: 'Partition', type: 'int32', versions: '0+' },
          { name: 'Offset', type: 'int64', versions: '0+' }
        ]
      },
      {
        name: 'Assignment',
        versions: '0+',
        fields: [
          { name: 'ActiveTasks', type: '[]TaskIds', versions: '0+' },
          { name: 'StandbyTasks', type: '[]TaskIds', versions: '0+' },
          { name: 'WarmupTasks', type: '[]TaskIds', versions: '0+' }
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
      }
    ]
  }
}
