import type { ApiSchema } from './types.ts'

export const shareFetch: ApiSchema = {
  key: 78,
  name: 'ShareFetch',
  about: '',
  listeners: ['broker'],
  versions: '1-2',
  flexible: '0+',
  request: {
    fields: [
      {
        name: 'GroupId',
        type: 'string',
        versions: '0+',
        nullable: '0+',
        default: null,
        entityType: 'groupId'
      },
      { name: 'MemberId', type: 'string', versions: '0+', nullable: '0+' },
      { name: 'ShareSessionEpoch', type: 'int32', versions: '0+' },
      { name: 'MaxWaitMs', type: 'int32', versions: '0+' },
      { name: 'MinBytes', type: 'int32', versions: '0+' },
      { name: 'MaxBytes', type: 'int32', versions: '0+', default: 2147483647 },
      { name: 'MaxRecords', type: 'int32', versions: '1+' },
      { name: 'BatchSize', type: 'int32', versions: '1+' },
      { name: 'ShareAcquireMode', type: 'int8', versions: '2+', default: 0, ignorable: true },
      { name: 'IsRenewAck', type: 'bool', versions: '2+', default: false },
      {
        name: 'Topics',
        type: '[]FetchTopic',
        versions: '0+',
        fields: [
          { name: 'TopicId', type: 'uuid', versions: '0+', mapKey: true },
          {
            name: 'Partitions',
            type: '[]FetchPartition',
            versions: '0+',
            fields: [
              { name: 'PartitionIndex', type: 'int32', versions: '0+', mapKey: true },
              { name: 'PartitionMaxBytes', type: 'int32', versions: '0' },
              {
                name: 'AcknowledgementBatches',
                type: '[]AcknowledgementBatch',
                versions: '0+',
                fields: [
                  { name: 'FirstOffset', type: 'int64', versions: '0+' },
                  { name: 'LastOffset', type: 'int64', versions: '0+' },
                  { name: 'AcknowledgeTypes', type: '[]int8', versions: '0+' }
                ]
              }
            ]
          }
        ]
      },
      {
        name: 'ForgottenTopicsData',
        type: '[]ForgottenTopic',
        versions: '0+',
        fields: [
          { name: 'TopicId', type: 'uuid', versions: '0+' },
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
      { name: 'AcquisitionLockTimeoutMs', type: 'int32', versions: '1+' },
      {
        name: 'Responses',
        type: '[]ShareFetchableTopicResponse',
        versions: '0+',
        fields: [
          { name: 'TopicId', type: 'uuid', versions: '0+', mapKey: true },
          {
            name: 'Partitions',
            type: '[]PartitionData',
            versions: '0+',
            fields: [
              { name: 'PartitionIndex', type: 'int32', versions: '0+' },
              { name: 'ErrorCode', type: 'int16', versions: '0+' },
              { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+', default: null },
              { name: 'AcknowledgeErrorCode', type: 'int16', versions: '0+' },
              {
                name: 'AcknowledgeErrorMessage',
                type: 'string',
                versions: '0+',
                nullable: '0+',
                default: null
              },
              {
                name: 'CurrentLeader',
                type: 'LeaderIdAndEpoch',
                versions: '0+',
                fields: [
                  { name: 'LeaderId', type: 'int32', versions: '0+' },
                  { name: 'LeaderEpoch', type: 'int32', versions: '0+' }
                ]
              },
              { name: 'Records', type: 'records', versions: '0+', nullable: '0' },
              {
                name: 'AcquiredRecords',
                type: '[]AcquiredRecords',
                versions: '0+',
                fields: [
                  { name: 'FirstOffset', type: 'int64', versions: '0+' },
                  { name: 'LastOffset', type: 'int64', versions: '0+' },
                  { name: 'DeliveryCount', type: 'int16', versions: '0+' }
                ]
              }
            ]
          }
        ]
      },
      {
        name: 'NodeEndpoints',
        type: '[]NodeEndpoint',
        versions: '0+',
        fields: [
          { name: 'NodeId', type: 'int32', versions: '0+', entityType: 'brokerId', mapKey: true },
          { name: 'Host', type: 'string', versions: '0+' },
          { name: 'Port', type: 'int32', versions: '0+' },
          { name: 'Rack', type: 'string', versions: '0+', nullable: '0+', default: null }
        ]
      }
    ]
  }
}
