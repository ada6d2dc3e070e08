/** Every topic setting of Kafka 4.2 with its default and what it means here. */
import { NO_EFFECT, type ConfigDefinition } from './definition.ts'

/** A partition and a broker, or all of them. */
const THROTTLED_REPLICA = /^(\d+:\d+|\*)$/

const rows: readonly ConfigDefinition[] = [
  {
    name: 'cleanup.policy',
    type: 'list',
    defaultValue: 'delete',
    scope: 'cluster-wide',
    brokerSynonym: 'log.cleanup.policy',
    oneOf: ['compact', 'delete'],
    documentation:
      'What happens to old records: delete drops whole segments, compact keeps the last value of each key.'
  },
  {
    name: 'compression.gzip.level',
    type: 'int',
    defaultValue: '-1',
    scope: 'cluster-wide',
    brokerSynonym: 'compression.gzip.level',
    min: -1,
    max: 9,
    not: 0,
    documentation: 'How hard gzip tries when the broker compresses: 1 to 9, -1 for its default.'
  },
  {
    name: 'compression.lz4.level',
    type: 'int',
    defaultValue: '9',
    scope: 'cluster-wide',
    brokerSynonym: 'compression.lz4.level',
    min: 1,
    max: 17,
    documentation:
      'How hard lz4 tries when the broker compresses. It is accepted, and one level is used for all.'
  },
  {
    name: 'compression.type',
    type: 'string',
    defaultValue: 'producer',
    scope: 'cluster-wide',
    brokerSynonym: 'compression.type',
    oneOf: ['uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer'],
    documentation:
      'How batches are stored: producer keeps what the producer has chosen, the others compress anew.'
  },
  {
    name: 'compression.zstd.level',
    type: 'int',
    defaultValue: '3',
    scope: 'cluster-wide',
    brokerSynonym: 'compression.zstd.level',
    min: -131072,
    max: 22,
    documentation: 'How hard zstd tries when the broker compresses.'
  },
  {
    name: 'delete.retention.ms',
    type: 'long',
    defaultValue: '86400000',
    scope: 'cluster-wide',
    brokerSynonym: 'log.cleaner.delete.retention.ms',
    min: 0,
    documentation:
      'Milliseconds that tombstones and transaction markers stay after they were first compacted.'
  },
  {
    name: 'file.delete.delay.ms',
    type: 'long',
    defaultValue: '60000',
    scope: 'cluster-wide',
    brokerSynonym: 'log.segment.delete.delay.ms',
    min: 0,
    documentation: 'Milliseconds between taking a file out of the log and removing it.'
  },
  {
    name: 'flush.messages',
    type: 'long',
    defaultValue: '9223372036854775807',
    scope: 'cluster-wide',
    brokerSynonym: 'log.flush.interval.messages',
    min: 1,
    documentation: NO_EFFECT
  },
  {
    name: 'flush.ms',
    type: 'long',
    defaultValue: '9223372036854775807',
    scope: 'cluster-wide',
    brokerSynonym: 'log.flush.interval.ms',
    min: 0,
    documentation: NO_EFFECT
  },
  {
    name: 'follower.replication.throttled.replicas',
    type: 'list',
    defaultValue: '',
    scope: 'cluster-wide',
    pattern: THROTTLED_REPLICA,
    documentation: NO_EFFECT
  },
  {
    name: 'index.interval.bytes',
    type: 'int',
    defaultValue: '4096',
    scope: 'cluster-wide',
    brokerSynonym: 'log.index.interval.bytes',
    min: 0,
    documentation: 'Bytes of log between two entries of the offset index.'
  },
  {
    name: 'leader.replication.throttled.replicas',
    type: 'list',
    defaultValue: '',
    scope: 'cluster-wide',
    pattern: THROTTLED_REPLICA,
    documentation: NO_EFFECT
  },
  {
    name: 'local.retention.bytes',
    type: 'long',
    defaultValue: '-2',
    scope: 'cluster-wide',
    brokerSynonym: 'log.local.retention.bytes',
    min: -2,
    documentation: NO_EFFECT
  },
  {
    name: 'local.retention.ms',
    type: 'long',
    defaultValue: '-2',
    scope: 'cluster-wide',
    brokerSynonym: 'log.local.retention.ms',
    min: -2,
    documentation: NO_EFFECT
  },
  {
    name: 'max.compaction.lag.ms',
    type: 'long',
    defaultValue: '9223372036854775807',
    scope: 'cluster-wide',
    brokerSynonym: 'log.cleaner.max.compaction.lag.ms',
    min: 1,
    documentation: 'Milliseconds after which a record is compacted, however few others there are.'
  },
  {
    name: 'max.message.bytes',
    type: 'int',
    defaultValue: '1048588',
    scope: 'cluster-wide',
    brokerSynonym: 'message.max.bytes',
    min: 0,
    documentation: 'Largest record batch that is accepted, in bytes, after compression.'
  },
  {
    name: 'message.timestamp.after.max.ms',
    type: 'long',
    defaultValue: '3600000',
    scope: 'cluster-wide',
    brokerSynonym: 'log.message.timestamp.after.max.ms',
    min: 0,
    documentation: 'How far a timestamp may lie in the future, in milliseconds.'
  },
  {
    name: 'message.timestamp.before.max.ms',
    type: 'long',
    defaultValue: '9223372036854775807',
    scope: 'cluster-wide',
    brokerSynonym: 'log.message.timestamp.before.max.ms',
    min: 0,
    documentation: 'How far a timestamp may lie in the past, in milliseconds.'
  },
  {
    name: 'message.timestamp.type',
    type: 'string',
    defaultValue: 'CreateTime',
    scope: 'cluster-wide',
    brokerSynonym: 'log.message.timestamp.type',
    oneOf: ['CreateTime', 'LogAppendTime'],
    documentation: 'Whether records keep the time of their producer or get that of the append.'
  },
  {
    name: 'min.cleanable.dirty.ratio',
    type: 'double',
    defaultValue: '0.5',
    scope: 'cluster-wide',
    brokerSynonym: 'log.cleaner.min.cleanable.ratio',
    min: 0,
    max: 1,
    documentation: 'Share of the log that has to be new before it is compacted.'
  },
  {
    name: 'min.compaction.lag.ms',
    type: 'long',
    defaultValue: '0',
    scope: 'cluster-wide',
    brokerSynonym: 'log.cleaner.min.compaction.lag.ms',
    min: 0,
    documentation: 'Milliseconds during which a record is not compacted.'
  },
  {
    name: 'min.insync.replicas',
    type: 'int',
    defaultValue: '1',
    scope: 'cluster-wide',
    brokerSynonym: 'min.insync.replicas',
    min: 1,
    documentation: NO_EFFECT
  },
  {
    name: 'preallocate',
    type: 'boolean',
    defaultValue: 'false',
    scope: 'cluster-wide',
    brokerSynonym: 'log.preallocate',
    documentation: NO_EFFECT
  },
  {
    name: 'remote.log.copy.disable',
    type: 'boolean',
    defaultValue: 'false',
    scope: 'cluster-wide',
    documentation: NO_EFFECT
  },
  {
    name: 'remote.log.delete.on.disable',
    type: 'boolean',
    defaultValue: 'false',
    scope: 'cluster-wide',
    documentation: NO_EFFECT
  },
  {
    name: 'remote.storage.enable',
    type: 'boolean',
    defaultValue: 'false',
    scope: 'cluster-wide',
    oneOf: ['false'],
    documentation: NO_EFFECT
  },
  {
    name: 'retention.bytes',
    type: 'long',
    defaultValue: '-1',
    scope: 'cluster-wide',
    brokerSynonym: 'log.retention.bytes',
    documentation: 'Bytes that a partition keeps before its oldest segments are dropped; -1 for no limit.'
  },
  {
    name: 'retention.ms',
    type: 'long',
    defaultValue: '604800000',
    scope: 'cluster-wide',
    brokerSynonym: 'log.retention.ms',
    min: -1,
    documentation: 'Milliseconds that records are kept before their segment is dropped; -1 for no limit.'
  },
  {
    name: 'segment.bytes',
    type: 'int',
    defaultValue: '1073741824',
    scope: 'cluster-wide',
    brokerSynonym: 'log.segment.bytes',
    min: 1048576,
    documentation: 'Bytes of a segment before the next one begins.'
  },
  {
    name: 'segment.index.bytes',
    type: 'int',
    defaultValue: '10485760',
    scope: 'cluster-wide',
    brokerSynonym: 'log.index.size.max.bytes',
    min: 4,
    documentation: 'Largest offset index of a segment, in bytes.'
  },
  {
    name: 'segment.jitter.ms',
    type: 'long',
    defaultValue: '0',
    scope: 'cluster-wide',
    brokerSynonym: 'log.roll.jitter.ms',
    min: 0,
    documentation: 'Milliseconds that a segment may end before segment.ms, another number for each.'
  },
  {
    name: 'segment.ms',
    type: 'long',
    defaultValue: '604800000',
    scope: 'cluster-wide',
    brokerSynonym: 'log.roll.ms',
    min: 1,
    documentation: 'Milliseconds after which a segment ends even when it is not full.'
  },
  {
    name: 'unclean.leader.election.enable',
    type: 'boolean',
    defaultValue: 'false',
    scope: 'cluster-wide',
    brokerSynonym: 'unclean.leader.election.enable',
    documentation: NO_EFFECT
  }
]

export const topicDefinitions: ReadonlyMap<string, ConfigDefinition> = new Map(
  rows.map((row) => [row.name, row])
)
