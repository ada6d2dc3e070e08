import type { ApiSchema } from './types.ts'

export const shareAcknowledge: ApiSchema = {
  key: 79,
  name: 'ShareAcknowledge',
  about: 'Acknowledges acquired records without fetching more.',
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
        about: 'Shared with ShareFetch; -1 closes the session.'
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
        type: '[]AcknowledgeTopic',
        versions: '0+',
        fields: [
          { name: 'TopicId', type: 'uuid', versions: '0+', mapKey: true },
          {
            name: 'Partitions',
            type: '[]AcknowledgePartition',
            versions: '0+',
            fields: [
              { name: 'PartitionIndex', type: 'int32', versions: '0+', mapKey: true },
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
      { name: 'AcquisitionLockTimeoutMs', type: 'int32', versions: '2+', ignorable: true },
      {
        name: 'Responses',
        type: '[]ShareAcknowledgeTopicResponse',
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
              {
                name: 'CurrentLeader',
                type: 'LeaderIdAndEpoch',
                versions: '0+',
                fields: [
                  { name: 'LeaderId', type: 'int32', versions: '0+' },
                  { name: 'LeaderEpoch', type: 'int32', versions: '0+' }
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
