import type { ApiSchema } from './types.ts'

export const shareFetch: ApiSchema = {
  key: 78,
  name: 'ShareFetch',
  about: 'Acquires records for a member of a share group, and acknowledges earlier ones on the way.',
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
      {
        name: 'ShareSessionEpoch',
        type: 'int32',
        versions: '0+',
        about: '0 opens a session, -1 closes it, else it counts up.'
      },
      { name: 'MaxWaitMs', type: 'int32', versions: '0+' },
      { name: 'MinBytes', type: 'int32', versions: '0+' },
      { name: 'MaxBytes', type: 'int32', versions: '0+', default: 2147483647 },
      {
        name: 'MaxRecords',
        type: 'int32',
        versions: '1+',
        about:
          'How many records may be acquired; batches are not split for it unless the acquire mode says so.'
      },
      {
        name: 'BatchSize',
        type: 'int32',
        versions: '1+',
        about: 'The size into which acquired ranges are cut, for acknowledgement in pieces.'
      },
      {
        name: 'ShareAcquireMode',
        type: 'int8',
        versions: '2+',
        default: 0,
        ignorable: true,
        about: '0 optimizes for whole batches, 1 keeps strictly to MaxRecords (KIP-1206).'
      },
      {
        name: 'IsRenewAck',
        type: 'bool',
        versions: '2+',
        default: false,
        about: 'Announces acknowledgements of type 4, which prolong the lock (KIP-1222).'
      },
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
                  { name: 'FirstOffset', type: 'int64', versions: '0+', about: 'Inclusive.' },
                  { name: 'LastOffset', type: 'int64', versions: '0+', about: 'Inclusive.' },
                  {
                    name: 'AcknowledgeTypes',
                    type: '[]int8',
                    versions: '0+',
                    about:
                      'One for the whole range or one per offset: 0 gap, 1 accept, 2 release, 3 reject, 4 renew.'
                  }
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
      {
        name: 'ThrottleTimeMs',
        type: 'int32',
        versions: '0+',
        about:
          'The pause that a quota demands; the answer comes at once and the client keeps the pause (KIP-219).'
      },
      { name: 'ErrorCode', type: 'int16', versions: '0+' },
      { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+', default: null },
      {
        name: 'AcquisitionLockTimeoutMs',
        type: 'int32',
        versions: '1+',
        about: 'After this time records that were not acknowledged become available again.'
      },
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
              {
                name: 'ErrorCode',
                type: 'int16',
                versions: '0+',
                about: 'Of the fetch; that of the acknowledgement stands apart.'
              },
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
                about: "Ranges within Records; the rest of the records is not this member's.",
                fields: [
                  { name: 'FirstOffset', type: 'int64', versions: '0+', about: 'Inclusive.' },
                  { name: 'LastOffset', type: 'int64', versions: '0+', about: 'Inclusive.' },
                  {
                    name: 'DeliveryCount',
                    type: 'int16',
                    versions: '0+',
                    about: 'How often these records have been handed out so far.'
                  }
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
        about:
          'Addresses of the leaders that the partitions name, so that the client need not ask for metadata again (KIP-951).',
        fields: [
          { name: 'NodeId', type: 'int32', versions: '0+', entityType: 'brokerId', mapKey: true },
          { name: 'Host', type: 'string', versions: '0+' },
          { name: 'Port', type: 'int32', versions: '0+' },
          {
            name: 'Rack',
            type: 'string',
            versions: '0+',
            nullable: '0+',
            default: null,
            about: 'Null when the broker has none configured.'
          }
        ]
      }
    ]
  }
}
