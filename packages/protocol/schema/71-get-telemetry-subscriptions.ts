import type { ApiSchema } from './types.ts'

export const getTelemetrySubscriptions: ApiSchema = {
  key: 71,
  name: 'GetTelemetrySubscriptions',
  about: 'A client asks which of its metrics somebody wants (KIP-714).',
  listeners: ['broker'],
  versions: '0',
  flexible: '0+',
  request: {
    fields: [
      {
        name: 'ClientInstanceId',
        type: 'uuid',
        versions: '0+',
        about: 'Zero at first; the broker then assigns one.'
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
      { name: 'ClientInstanceId', type: 'uuid', versions: '0+' },
      {
        name: 'SubscriptionId',
        type: 'int32',
        versions: '0+',
        about: 'Has to be sent back with the metrics; an outdated one is refused.'
      },
      { name: 'AcceptedCompressionTypes', type: '[]int8', versions: '0+' },
      { name: 'PushIntervalMs', type: 'int32', versions: '0+' },
      { name: 'TelemetryMaxBytes', type: 'int32', versions: '0+' },
      {
        name: 'DeltaTemporality',
        type: 'bool',
        versions: '0+',
        about: 'True wants differences, false totals.'
      },
      {
        name: 'RequestedMetrics',
        type: '[]string',
        versions: '0+',
        about: 'Prefixes of names; an empty list wants nothing, an empty text everything.'
      }
    ]
  }
}
