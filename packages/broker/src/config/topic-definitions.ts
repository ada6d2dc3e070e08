/** Every topic setting of Kafka 4.2 with its default and what it means here. */
import type { ConfigDefinition } from './definition.ts'

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
    name: 'file.delete.delay.ms',
    type: 'long',
    defaultValue: '60000',
    scope: 'cluster-wide',
    brokerSynonym: 'log.segment.delete.delay.ms',
    min: 0,
    documentation: 'Milliseconds between taking a file out of the log and removing it.'
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
    name: 'segment.ms',
    type: 'long',
    defaultValue: '604800000',
    scope: 'cluster-wide',
    brokerSynonym: 'log.roll.ms',
    min: 1,
    documentation: 'Milliseconds after which a segment ends even when it is not full.'
  }
]

export const topicDefinitions: ReadonlyMap<string, ConfigDefinition> = new Map(
  rows.map((row) => [row.name, row])
)
