/** Broker settings of compaction, compression and rolling, with Kafka 4.2's names and defaults. */
import type { ConfigDefinition } from './definition.ts'

export const logDefinitions: readonly ConfigDefinition[] = [
  {
    name: 'compression.gzip.level',
    type: 'int',
    defaultValue: '-1',
    scope: 'cluster-wide',
    min: -1,
    max: 9,
    not: 0,
    documentation: 'Default of the topic setting of the same name.'
  },
  {
    name: 'compression.lz4.level',
    type: 'int',
    defaultValue: '9',
    scope: 'cluster-wide',
    min: 1,
    max: 17,
    documentation: 'Default of the topic setting of the same name.'
  },
  {
    name: 'compression.type',
    type: 'string',
    defaultValue: 'producer',
    scope: 'cluster-wide',
    oneOf: ['uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer'],
    documentation: 'Default of the topic setting of the same name.'
  },
  {
    name: 'compression.zstd.level',
    type: 'int',
    defaultValue: '3',
    scope: 'cluster-wide',
    min: -131072,
    max: 22,
    documentation: 'Default of the topic setting of the same name.'
  },
  {
    name: 'log.cleaner.backoff.ms',
    type: 'long',
    defaultValue: '15000',
    scope: 'cluster-wide',
    min: 0,
    documentation: 'Milliseconds between two looks for logs to compact; taken at the start.'
  },
  {
    name: 'log.cleaner.dedupe.buffer.size',
    type: 'long',
    defaultValue: '134217728',
    scope: 'cluster-wide',
    documentation:
      'Memory for the keys of the log that is being compacted, 24 bytes each; taken at the start.'
  },
  {
    name: 'log.cleaner.delete.retention.ms',
    type: 'long',
    defaultValue: '86400000',
    scope: 'cluster-wide',
    min: 0,
    documentation: 'Default of delete.retention.ms.'
  },
  {
    name: 'log.cleaner.enable',
    type: 'boolean',
    defaultValue: 'true',
    scope: 'read-only',
    documentation: 'Whether logs are compacted at all.'
  },
  {
    name: 'log.cleaner.io.buffer.load.factor',
    type: 'double',
    defaultValue: '0.9',
    scope: 'cluster-wide',
    documentation: 'Share of the memory for keys that may be taken; taken at the start.'
  },
  {
    name: 'log.cleaner.io.max.bytes.per.second',
    type: 'double',
    defaultValue: '1.7976931348623157E308',
    scope: 'cluster-wide',
    documentation:
      'Bytes that compaction reads and writes per second; 64 MiB where it is not set. Taken at the start.'
  },
  {
    name: 'log.cleaner.max.compaction.lag.ms',
    type: 'long',
    defaultValue: '9223372036854775807',
    scope: 'cluster-wide',
    min: 1,
    documentation: 'Default of max.compaction.lag.ms.'
  },
  {
    name: 'log.cleaner.min.cleanable.ratio',
    type: 'double',
    defaultValue: '0.5',
    scope: 'cluster-wide',
    min: 0,
    max: 1,
    documentation: 'Default of min.cleanable.dirty.ratio.'
  },
  {
    name: 'log.cleaner.min.compaction.lag.ms',
    type: 'long',
    defaultValue: '0',
    scope: 'cluster-wide',
    min: 0,
    documentation: 'Default of min.compaction.lag.ms.'
  },
  {
    name: 'log.roll.jitter.hours',
    type: 'int',
    defaultValue: '0',
    scope: 'read-only',
    min: 0,
    documentation: 'Default of segment.jitter.ms, in hours, where log.roll.jitter.ms is not set.'
  },
  {
    name: 'log.roll.jitter.ms',
    type: 'long',
    defaultValue: null,
    scope: 'cluster-wide',
    documentation: 'Default of segment.jitter.ms.'
  }
]
