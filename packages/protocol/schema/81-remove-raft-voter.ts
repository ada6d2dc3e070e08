import type { ApiSchema } from './types.ts'

export const removeRaftVoter: ApiSchema = {
  key: 81,
  name: 'RemoveRaftVoter',
  about: 'Takes a controller out of the voters of the quorum (KIP-853).',
  listeners: ['controller', 'broker'],
  versions: '0',
  flexible: '0+',
  request: {
    fields: [
      { name: 'ClusterId', type: 'string', versions: '0+', nullable: '0+' },
      { name: 'VoterId', type: 'int32', versions: '0+' },
      { name: 'VoterDirectoryId', type: 'uuid', versions: '0+' }
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
