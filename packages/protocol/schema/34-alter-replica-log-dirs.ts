import type { ApiSchema } from './types.ts'

export const alterReplicaLogDirs: ApiSchema = {
  key: 34,
  name: 'AlterReplicaLogDirs',
  about: 'Moves replicas between the log folders of one broker.',
  listeners: ['broker'],
  versions: '1-2',
  flexible: '2+',
  request: {
    fields: [
      {
        name: 'Dirs',
        type: '[]AlterReplicaLogDir',
        versions: '0+',
        fields: [
          {
            name: 'Path',
            type: 'string',
            versions: '0+',
            mapKey: true,
            about: 'The absolute path of the folder to move to.'
          },
          {
            name: 'Topics',
            type: '[]AlterReplicaLogDirTopic',
            versions: '0+',
            fields: [
              { name: 'Name', type: 'string', versions: '0+', entityType: 'topicName', mapKey: true },
              { name: 'Partitions', type: '[]int32', versions: '0+' }
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
      {
        name: 'Results',
        type: '[]AlterReplicaLogDirTopicResult',
        versions: '0+',
        fields: [
          { name: 'TopicName', type: 'string', versions: '0+', entityType: 'topicName' },
          {
            name: 'Partitions',
            type: '[]AlterReplicaLogDirPartitionResult',
            versions: '0+',
            fields: [
              { name: 'PartitionIndex', type: 'int32', versions: '0+' },
              { name: 'ErrorCode', type: 'int16', versions: '0+' }
            ]
          }
        ]
      }
    ]
  }
}
