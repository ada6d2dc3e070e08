import type { ApiSchema } from './types.ts'

export const getTelemetrySubscriptions: ApiSchema = {
  key: 71,
  name: 'GetTelemetrySubscriptions',
  about: '',
  listeners: ['broker'],
  versions: '0',
  flexible: '0+',
  request: { fields: [{ name: 'ClientInstanceId', type: 'uuid', versions: '0+' }] },
  response: {
    fields: [
      { name: 'ThrottleTimeMs', type: 'int32', versions: '0+' },
      { name: 'ErrorCode', type: 'int16', versions: '0+' },
      { name: 'ClientInstanceId', type: 'uuid', versions: '0+' },
      { name: 'SubscriptionId', type: 'int32', versions: '0+' },
      { name: 'AcceptedCompressionTypes', type: '[]int8', versions: '0+' },
      { name: 'PushIntervalMs', type: 'int32', versions: '0+' },
      { name: 'TelemetryMaxBytes', type: 'int32', versions: '0+' },
      { name: 'DeltaTemporality', type: 'bool', versions: '0+' },
      { name: 'RequestedMetrics', type: '[]string', versions: '0+' }
    ]
  }
}
