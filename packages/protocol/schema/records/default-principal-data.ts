import type { RecordSchema } from '../types.ts'

export const defaultPrincipalData: RecordSchema = {
  name: 'DefaultPrincipalData',
  about: 'How a principal travels inside a forwarded request.',
  kind: 'data',
  value: {
    name: 'DefaultPrincipalData',
    versions: '0',
    flexible: '0+',
    fields: [
      { name: 'Type', type: 'string', versions: '0+' },
      { name: 'Name', type: 'string', versions: '0+' },
      { name: 'TokenAuthenticated', type: 'bool', versions: '0+' }
    ]
  }
}
