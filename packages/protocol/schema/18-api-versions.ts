import type { ApiSchema } from './types.ts'

export const apiVersions: ApiSchema = {
  key: 18,
  name: 'ApiVersions',
  about:
    'The first request of a connection: which APIs, versions and features the broker has. A version from the future gets a version 0 body with UNSUPPORTED_VERSION.',
  listeners: ['broker', 'controller'],
  versions: '0-4',
  flexible: '3+',
  request: {
    fields: [
      {
        name: 'ClientSoftwareName',
        type: 'string',
        versions: '3+',
        ignorable: true,
        about: 'Letters, digits, dots and dashes only; anything else is INVALID_REQUEST (KIP-511).'
      },
      { name: 'ClientSoftwareVersion', type: 'string', versions: '3+', ignorable: true }
    ]
  },
  response: {
    fields: [
      { name: 'ErrorCode', type: 'int16', versions: '0+' },
      {
        name: 'ApiKeys',
        type: '[]ApiVersion',
        versions: '0+',
        about: 'With UNSUPPORTED_VERSION at least ApiVersions itself, so that the client can ask again.',
        fields: [
          { name: 'ApiKey', type: 'int16', versions: '0+', mapKey: true },
          { name: 'MinVersion', type: 'int16', versions: '0+' },
          { name: 'MaxVersion', type: 'int16', versions: '0+' }
        ]
      },
      {
        name: 'ThrottleTimeMs',
        type: 'int32',
        versions: '1+',
        ignorable: true,
        about:
          'The pause that a quota demands; the answer comes at once and the client keeps the pause (KIP-219).'
      },
      {
        name: 'SupportedFeatures',
        type: '[]SupportedFeatureKey',
        versions: '3+',
        tag: 0,
        tagged: '3+',
        ignorable: true,
        about:
          'Below version 4 features with a minimum of 0 have to be left out, since older clients fail on them.',
        fields: [
          { name: 'Name', type: 'string', versions: '3+', mapKey: true },
          { name: 'MinVersion', type: 'int16', versions: '3+' },
          { name: 'MaxVersion', type: 'int16', versions: '3+' }
        ]
      },
      {
        name: 'FinalizedFeaturesEpoch',
        type: 'int64',
        versions: '3+',
        tag: 1,
        tagged: '3+',
        default: -1,
        ignorable: true,
        about: 'The metadata offset at which the features were read; -1 when unknown.'
      },
      {
        name: 'FinalizedFeatures',
        type: '[]FinalizedFeatureKey',
        versions: '3+',
        tag: 2,
        tagged: '3+',
        ignorable: true,
        about: 'Clients switch protocols on by these levels.',
        fields: [
          { name: 'Name', type: 'string', versions: '3+', mapKey: true },
          { name: 'MaxVersionLevel', type: 'int16', versions: '3+' },
          { name: 'MinVersionLevel', type: 'int16', versions: '3+' }
        ]
      },
      {
        name: 'ZkMigrationReady',
        type: 'bool',
        versions: '3+',
        tag: 3,
        tagged: '3+',
        default: false,
        ignorable: true,
        about: 'Left over from the migration to KRaft; always false.'
      }
    ]
  }
}
