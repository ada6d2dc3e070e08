import type { ApiSchema } from './types.ts'

export const pushTelemetry: ApiSchema = {
  key: 72,
  name: 'PushTelemetry',
  about: "A client sends the metrics that were asked for, in OpenTelemetry's format.",
  listeners: ['broker'],
  versions: '0',
  flexible: '0+',
  request: {
    fields: [
      { name: 'ClientInstanceId', type: 'uuid', versions: '0+' },
      { name: 'SubscriptionId', type: 'int32', versions: '0+' },
      {
        name: 'Terminating',
        type: 'bool',
        versions: '0+',
        about: 'The last one: the client shuts down and need not keep to the interval.'
      },
      {
        name: 'CompressionType',
        type: 'int8',
        versions: '0+',
        about: 'The codec numbers of record batches: 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd.'
      },
      { name: 'Metrics', type: 'bytes', versions: '0+' }
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
      { name: 'ErrorCode', type: 'int16', versions: '0+' }
    ]
  }
}
