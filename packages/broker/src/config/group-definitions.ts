/** Settings of one group (KIP-848, KIP-932, KIP-1071), kept and listed; the protocols that read them come later. */
import { NO_EFFECT, type ConfigDefinition } from './definition.ts'

const rows: readonly ConfigDefinition[] = [
  {
    name: 'consumer.heartbeat.interval.ms',
    type: 'int',
    defaultValue: '5000',
    scope: 'cluster-wide',
    min: 1,
    documentation: NO_EFFECT
  },
  {
    name: 'consumer.session.timeout.ms',
    type: 'int',
    defaultValue: '45000',
    scope: 'cluster-wide',
    min: 1,
    documentation: NO_EFFECT
  },
  {
    name: 'share.auto.offset.reset',
    type: 'string',
    defaultValue: 'latest',
    scope: 'cluster-wide',
    documentation: NO_EFFECT
  },
  {
    name: 'share.heartbeat.interval.ms',
    type: 'int',
    defaultValue: '5000',
    scope: 'cluster-wide',
    min: 1,
    documentation: NO_EFFECT
  },
  {
    name: 'share.isolation.level',
    type: 'string',
    defaultValue: 'read_uncommitted',
    scope: 'cluster-wide',
    oneOf: ['read_committed', 'read_uncommitted'],
    documentation: NO_EFFECT
  },
  {
    name: 'share.record.lock.duration.ms',
    type: 'int',
    defaultValue: '30000',
    scope: 'cluster-wide',
    min: 1000,
    documentation: NO_EFFECT
  },
  {
    name: 'share.session.timeout.ms',
    type: 'int',
    defaultValue: '45000',
    scope: 'cluster-wide',
    min: 1,
    documentation: NO_EFFECT
  },
  {
    name: 'streams.heartbeat.interval.ms',
    type: 'int',
    defaultValue: '5000',
    scope: 'cluster-wide',
    min: 1,
    documentation: NO_EFFECT
  },
  {
    name: 'streams.initial.rebalance.delay.ms',
    type: 'int',
    defaultValue: '3000',
    scope: 'cluster-wide',
    min: 0,
    documentation: NO_EFFECT
  },
  {
    name: 'streams.num.standby.replicas',
    type: 'int',
    defaultValue: '0',
    scope: 'cluster-wide',
    min: 0,
    documentation: NO_EFFECT
  },
  {
    name: 'streams.session.timeout.ms',
    type: 'int',
    defaultValue: '45000',
    scope: 'cluster-wide',
    min: 1,
    documentation: NO_EFFECT
  }
]

export const groupDefinitions: ReadonlyMap<string, ConfigDefinition> = new Map(
  rows.map((row) => [row.name, row])
)
