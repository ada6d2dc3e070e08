import type { ApiSchema } from './types.ts'

export const unregisterBroker: ApiSchema = {
  key: 64,
  name: 'UnregisterBroker',
  about: "Removes a broker from the cluster's metadata for good.",
  listeners: ['broker', 'controller'],
  versions: '0',
  flexible: '0+',
  request: { fields: [{ name: 'BrokerId', type: 'int32', versions: '0+', entityType: 'brokerId' }] },
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
      { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+' }
    ]
  }
}
