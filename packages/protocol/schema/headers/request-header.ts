import type { MessageSchema } from '../types.ts'

export const requestHeader: MessageSchema = {
  name: 'RequestHeader',
  versions: '1-2',
  flexible: '2+',
  about: 'Stands in front of every request.',
  fields: [
    { name: 'RequestApiKey', type: 'int16', versions: '0+' },
    { name: 'RequestApiVersion', type: 'int16', versions: '0+' },
    {
      name: 'CorrelationId',
      type: 'int32',
      versions: '0+',
      about: 'Chosen by the client and given back with the answer; answers keep the order of requests anyway.'
    },
    {
      name: 'ClientId',
      type: 'string',
      versions: '1+',
      nullable: '1+',
      flexible: 'none',
      about:
        'Keeps the classic int16 length in flexible versions too, so that an ApiVersions request of any version can be read.'
    }
  ]
}
