import type { ApiSchema } from './types.ts'

export const updateFeatures: ApiSchema = {
  key: 57,
  name: 'UpdateFeatures',
  about: 'Raises or lowers finalized features.',
  listeners: ['broker', 'controller'],
  versions: '0-2',
  flexible: '0+',
  request: {
    fields: [
      { name: 'timeoutMs', type: 'int32', versions: '0+', default: 60000 },
      {
        name: 'FeatureUpdates',
        type: '[]FeatureUpdateKey',
        versions: '0+',
        fields: [
          { name: 'Feature', type: 'string', versions: '0+', mapKey: true },
          {
            name: 'MaxVersionLevel',
            type: 'int16',
            versions: '0+',
            about: 'Below 1 removes the feature, which counts as a downgrade.'
          },
          { name: 'AllowDowngrade', type: 'bool', versions: '0' },
          {
            name: 'UpgradeType',
            type: 'int8',
            versions: '1+',
            default: 1,
            about: '1 upgrade, 2 safe downgrade, 3 unsafe downgrade.'
          }
        ]
      },
      {
        name: 'ValidateOnly',
        type: 'bool',
        versions: '1+',
        default: false,
        about: 'Check everything, change nothing, and answer as if it had been done.'
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
      { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+' },
      {
        name: 'Results',
        type: '[]UpdatableFeatureResult',
        versions: '0-1',
        ignorable: true,
        about: 'Gone in version 2: all updates succeed or fail together.',
        fields: [
          { name: 'Feature', type: 'string', versions: '0+', mapKey: true },
          { name: 'ErrorCode', type: 'int16', versions: '0+' },
          { name: 'ErrorMessage', type: 'string', versions: '0+', nullable: '0+' }
        ]
      }
    ]
  }
}
