import type { MessageSchema } from '../types.ts'

export const responseHeader: MessageSchema = {
  name: 'ResponseHeader',
  versions: '0-1',
  flexible: '1+',
  about: 'Stands in front of every response.',
  fields: [{ name: 'CorrelationId', type: 'int32', versions: '0+' }]
}
