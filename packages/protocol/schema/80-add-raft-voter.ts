import type { ApiSchema } from './types.ts'

export const addRaftVoter: ApiSchema = {
  key: 80,
  name: 'AddRaftVoter',
  about: 'Adds a controller to the voters of the quorum (KIP-853).',
  listeners: ['controller', 'broker'],
  versions: '0-1',
  flexible: '0+',
  request: {
    fields: [
      { name: 'ClusterId', type: 'string', versions: '0+', nullable: '0+' },
      { name: 'TimeoutMs', type: 'int32', versions: '0+' },
      { name: 'VoterId', type: 'int32', versions: '0+' },
      { name: 'VoterDirectoryId', type: 'uuid', versions: '0+' },
      {
        name: 'Listeners',
        type: '[]Listener',
        versions: '0+',
        fields: [
          { name: 'Name', type: 'string', versions: '0+', mapKey: true },
          { name: 'Host', type: 'string', versions: '0+' },
          { name: 'Port', type: 'uint16', versions: '0+' }
        ]
      },
      {
        name: 'AckWhenCommitted',
        type: 'bool',
        versions: '1+',
        default: true,
        about: 'False answers when the change is written by the leader only.'
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
      { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+', ignorable: true }
    ]
  }
}
