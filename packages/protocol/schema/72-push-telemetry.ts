import type { ApiSchema } from './types.ts'

export const pushTelemetry: ApiSchema = {
  key: 72,
  name: 'PushTelemetry',
  about: '',
  listeners: ['broker'],
  versions: '0',
  flexible: '0+',
  request: {
    fields: [
      { name: 'ClientInstanceId', type: 'uuid', versions: '0+' },
      { name: 'SubscriptionId', type: 'int32', versions: '0+' },
      { name: 'Terminating', type: 'bool', versions: '0+' },
      { name: 'CompressionType', type: 'int8', versions: '0+' },
      { name: 'Metrics', type: 'bytes', versions: '0+' }
    ]
  },
  response: {
    fields: [
      { name: 'ThrottleTimeMs', type: 'int32', versions: '0+' },
      { name: 'ErrorCode', type: 'int16', versions: '0+' }
    ]
  }
}
