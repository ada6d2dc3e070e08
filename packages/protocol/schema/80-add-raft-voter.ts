import type { ApiSchema } from './types.ts'

export const addRaftVoter: ApiSchema = {
  key: 80,
  name: 'AddRaftVoter',
  about: '',
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
      { name: 'AckWhenCommitted', type: 'bool', versions: '1+', default: true }
    ]
  },
  response: {
    fields: [
      { name: 'ThrottleTimeMs', type: 'int32', versions: '0+' },
      { name: 'ErrorCode', type: 'int16', versions: '0+' },
      { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+', ignorable: true }
    ]
  }
}
