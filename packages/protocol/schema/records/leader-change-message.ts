import type { RecordSchema } from '../types.ts'

export const leaderChangeMessage: RecordSchema = {
  name: 'LeaderChangeMessage',
  about: 'The value of the control record with which a quorum leader opens its epoch.',
  kind: 'data',
  value: {
    name: 'LeaderChangeMessage',
    versions: '0-1',
    flexible: '0+',
    fields: [
      { name: 'Version', type: 'int16', versions: '0+' },
      { name: 'LeaderId', type: 'int32', versions: '0+', entityType: 'brokerId' },
      { name: 'Voters', type: '[]Voter', versions: '0+' },
      { name: 'GrantingVoters', type: '[]Voter', versions: '0+' }
    ],
    structs: [
      {
        name: 'Voter',
        versions: '0+',
        fields: [
          { name: 'VoterId', type: 'int32', versions: '0+' },
          { name: 'VoterDirectoryId', type: 'uuid', versions: '1+' }
        ]
      }
    ]
  }
}
