import type { MessageSchema } from '../types.ts'

export const requestHeader: MessageSchema = {
  name: 'RequestHeader',
  versions: '1-2',
  flexible: '2+',
  fields: [
    { name: 'RequestApiKey', type: 'int16', versions: '0+' },
    { name: 'RequestApiVersion', type: 'int16', versions: '0+' },
    { name: 'CorrelationId', type: 'int32', versions: '0+' },
    { name: 'ClientId', type: 'string', versions: '1+', nullable: '1+', flexible: 'none' }
  ]
}
