import type { ApiSchema } from './types.ts'

export const streamsGroupDescribe: ApiSchema = {
  key: 89,
  name: 'StreamsGroupDescribe',
  about: '',
  listeners: ['broker'],
  versions: '0',
  flexible: '0+',
  request: {
    fields: [
      { name: 'GroupIds', type: '[]string', versions: '0+', entityType: 'groupId' },
      { name: 'IncludeAuthorizedOperations', type: 'bool', versions: '0+' }
    ]
  },
  response: {
    fields: [
      { name: 'ThrottleTimeMs', type: 'int32', versions: '0+' },
      {
        name: 'Groups',
        type: '[]DescribedGroup',
        versions: '0+',
        fields: [
          { name: 'ErrorCode', type: 'int16', versions: '0+' },
          { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+', default: null },
          { name: 'GroupId', type: 'string', versions: '0+', entityType: 'groupId' },
          { name: 'GroupState', type: 'string', versions: '0+' },
          { name: 'GroupEpoch', type: 'int32', versions: '0+' },
          { name: 'AssignmentEpoch', type: 'int32', versions: '0+' },
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
                nullable: '0+',
                default: null,
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
              { name: 'InstanceId', type: 'string', versions: '0+', nullable: '0+', default: null },
              { name: 'RackId', type: 'string', versions: '0+', nullable: '0+', default: null },
              { name: 'ClientId', type: 'string', versions: '0+' },
              { name: 'ClientHost', type: 'string', versions: '0+' },
              { name: 'TopologyEpoch', type: 'int32', versions: '0+' },
              { name: 'ProcessId', type: 'string', versions: '0+' },
              { name: 'UserEndpoint', type: 'Endpoint', versions: '0+', nullable: '0+', default: null },
              { name: 'ClientTags', type: '[]KeyValue', versions: '0+' },
              { name: 'TaskOffsets', type: '[]TaskOffset', versions: '0+' },
              { name: 'TaskEndOffsets', type: '[]TaskOffset', versions: '0+' },
              { name: 'Assignment', type: 'Assignment', versions: '0+' },
              { name: 'TargetAssignment', type: 'Assignment', versions: '0+' },
              { name: 'IsClassic', type: 'bool', versions: '0+' }
            ]
          },
          { name: 'AuthorizedOperations', type: 'int32', versions: '0+', default: -2147483648 }
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
