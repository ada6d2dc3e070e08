import type { ApiSchema } from './types.ts'

export const describeQuorum: ApiSchema = {
  key: 55,
  name: 'DescribeQuorum',
  about: "Shows the controllers' quorum: leader, voters, observers and how far each has come.",
  listeners: ['broker', 'controller'],
  versions: '0-2',
  flexible: '0+',
  request: {
    fields: [
      {
        name: 'Topics',
        type: '[]TopicData',
        versions: '0+',
        about: 'Always __cluster_metadata, partition 0.',
        fields: [
          { name: 'TopicName', type: 'string', versions: '0+', entityType: 'topicName' },
          {
            name: 'Partitions',
            type: '[]PartitionData',
            versions: '0+',
            fields: [{ name: 'PartitionIndex', type: 'int32', versions: '0+' }]
          }
        ]
      }
    ]
  },
  response: {
    fields: [
      { name: 'ErrorCode', type: 'int16', versions: '0+' },
      { name: 'ErrorMessage', type: 'string', versions: '2+', nullable: '2+', ignorable: true },
      {
        name: 'Topics',
        type: '[]TopicData',
        versions: '0+',
        fields: [
          { name: 'TopicName', type: 'string', versions: '0+', entityType: 'topicName' },
          {
            name: 'Partitions',
            type: '[]PartitionData',
            versions: '0+',
            fields: [
              { name: 'PartitionIndex', type: 'int32', versions: '0+' },
              { name: 'ErrorCode', type: 'int16', versions: '0+' },
              { name: 'ErrorMessage', type: 'string', versions: '2+', nullable: '2+', ignorable: true },
              { name: 'LeaderId', type: 'int32', versions: '0+', entityType: 'brokerId' },
              { name: 'LeaderEpoch', type: 'int32', versions: '0+' },
              { name: 'HighWatermark', type: 'int64', versions: '0+' },
              { name: 'CurrentVoters', type: '[]ReplicaState', versions: '0+' },
              {
                name: 'Observers',
                type: '[]ReplicaState',
                versions: '0+',
                about: 'Brokers and controllers without a vote.'
              }
            ]
          }
        ]
      },
      {
        name: 'Nodes',
        type: '[]Node',
        versions: '2+',
        fields: [
          { name: 'NodeId', type: 'int32', versions: '2+', entityType: 'brokerId', mapKey: true },
          {
            name: 'Listeners',
            type: '[]Listener',
            versions: '2+',
            fields: [
              { name: 'Name', type: 'string', versions: '2+', mapKey: true },
              { name: 'Host', type: 'string', versions: '2+' },
              { name: 'Port', type: 'uint16', versions: '2+' }
            ]
          }
        ]
      }
    ],
    structs: [
      {
        name: 'ReplicaState',
        versions: '0+',
        fields: [
          { name: 'ReplicaId', type: 'int32', versions: '0+', entityType: 'brokerId' },
          { name: 'ReplicaDirectoryId', type: 'uuid', versions: '2+' },
          { name: 'LogEndOffset', type: 'int64', versions: '0+' },
          {
            name: 'LastFetchTimestamp',
            type: 'int64',
            versions: '1+',
            default: -1,
            ignorable: true,
            about: "By the leader's clock; -1 when unknown."
          },
          {
            name: 'LastCaughtUpTimestamp',
            type: 'int64',
            versions: '1+',
            default: -1,
            ignorable: true,
            about: 'When the replica last had everything; -1 when unknown.'
          }
        ]
      }
    ]
  }
}
