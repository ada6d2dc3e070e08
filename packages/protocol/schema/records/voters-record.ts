import type { RecordSchema } from '../types.ts'

export const votersRecord: RecordSchema = {
  name: 'VotersRecord',
  about: 'The value of the control record that lists the voters of the quorum.',
  kind: 'data',
  value: {
    name: 'VotersRecord',
    versions: '0',
    flexible: '0+',
    fields: [
      { name: 'Version', type: 'int16', versions: '0+' },
      {
        name: 'Voters',
        type: '[]Voter',
        versions: '0+',
        fields: [
          { name: 'VoterId', type: 'int32', versions: '0+', entityType: 'brokerId' },
          { name: 'VoterDirectoryId', type: 'uuid', versions: '0+' },
          {
            name: 'Endpoints',
            type: '[]Endpoint',
            versions: '0+',
            fields: [
              { name: 'Name', type: 'string', versions: '0+', mapKey: true },
              { name: 'Host', type: 'string', versions: '0+' },
              { name: 'Port', type: 'uint16', versions: '0+' }
            ]
          },
          {
            name: 'KRaftVersionFeature',
            type: 'KRaftVersionFeature',
            versions: '0+',
            fields: [
              { name: 'MinSupportedVersion', type: 'int16', versions: '0+' },
              { name: 'MaxSupportedVersion', type: 'int16', versions: '0+' }
            ]
          }
        ]
      }
    ]
  }
}
