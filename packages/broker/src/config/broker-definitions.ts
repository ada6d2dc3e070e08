/** Broker settings that mean something here, with Kafka 4.2's names and defaults, before those that do not. */
import type { ConfigDefinition } from './definition.ts'
import { inertDefinitions } from './inert-definitions.ts'
import { logDefinitions } from './log-definitions.ts'
import { transactionDefinitions } from './transaction-definitions.ts'

const rows: readonly ConfigDefinition[] = [
  {
    name: 'auto.create.topics.enable',
    type: 'boolean',
    defaultValue: 'true',
    scope: 'read-only',
    documentation: 'Whether a topic that a client asks for is created.'
  },
  {
    name: 'broker.rack',
    type: 'string',
    defaultValue: null,
    scope: 'read-only',
    documentation: 'Rack that clients are told.'
  },
  {
    name: 'connections.max.idle.ms',
    type: 'long',
    defaultValue: '600000',
    scope: 'read-only',
    documentation: 'Milliseconds after which an idle connection is closed.'
  },
  {
    name: 'default.replication.factor',
    type: 'int',
    defaultValue: '1',
    scope: 'read-only',
    documentation: 'Replication factor of a topic that is created without one; one broker keeps one replica.'
  },
  {
    name: 'delete.topic.enable',
    type: 'boolean',
    defaultValue: 'true',
    scope: 'read-only',
    documentation: 'Whether topics can be deleted.'
  },
  {
    name: 'fetch.max.bytes',
    type: 'int',
    defaultValue: '57671680',
    scope: 'read-only',
    min: 1024,
    documentation: 'Most bytes of one fetch answer.'
  },
  {
    name: 'group.initial.rebalance.delay.ms',
    type: 'int',
    defaultValue: '3000',
    scope: 'read-only',
    documentation: 'Milliseconds that the first members of an empty group are waited for.'
  },
  {
    name: 'group.max.session.timeout.ms',
    type: 'int',
    defaultValue: '1800000',
    scope: 'read-only',
    documentation: 'Longest session time-out of a group member.'
  },
  {
    name: 'group.max.size',
    type: 'int',
    defaultValue: '2147483647',
    scope: 'read-only',
    min: 1,
    documentation: 'Most members of one group.'
  },
  {
    name: 'group.min.session.timeout.ms',
    type: 'int',
    defaultValue: '6000',
    scope: 'read-only',
    documentation: 'Shortest session time-out of a group member.'
  },
  {
    name: 'log.cleanup.policy',
    type: 'list',
    defaultValue: 'delete',
    scope: 'cluster-wide',
    oneOf: ['compact', 'delete'],
    documentation: 'Default of cleanup.policy.'
  },
  {
    name: 'log.index.interval.bytes',
    type: 'int',
    defaultValue: '4096',
    scope: 'cluster-wide',
    min: 0,
    documentation: 'Default of index.interval.bytes.'
  },
  {
    name: 'log.index.size.max.bytes',
    type: 'int',
    defaultValue: '10485760',
    scope: 'cluster-wide',
    min: 4,
    documentation: 'Default of segment.index.bytes.'
  },
  {
    name: 'log.message.timestamp.after.max.ms',
    type: 'long',
    defaultValue: '3600000',
    scope: 'cluster-wide',
    min: 0,
    documentation: 'Default of message.timestamp.after.max.ms.'
  },
  {
    name: 'log.message.timestamp.before.max.ms',
    type: 'long',
    defaultValue: '9223372036854775807',
    scope: 'cluster-wide',
    min: 0,
    documentation: 'Default of message.timestamp.before.max.ms.'
  },
  {
    name: 'log.message.timestamp.type',
    type: 'string',
    defaultValue: 'CreateTime',
    scope: 'cluster-wide',
    oneOf: ['CreateTime', 'LogAppendTime'],
    documentation: 'Default of message.timestamp.type.'
  },
  {
    name: 'log.retention.bytes',
    type: 'long',
    defaultValue: '-1',
    scope: 'cluster-wide',
    documentation: 'Default of retention.bytes.'
  },
  {
    name: 'log.retention.check.interval.ms',
    type: 'long',
    defaultValue: '300000',
    scope: 'read-only',
    min: 1,
    documentation: 'Milliseconds between two looks for segments to drop.'
  },
  {
    name: 'log.retention.hours',
    type: 'int',
    defaultValue: '168',
    scope: 'read-only',
    documentation: 'Default of retention.ms in hours, where minutes and milliseconds are not given.'
  },
  {
    name: 'log.retention.minutes',
    type: 'int',
    defaultValue: null,
    scope: 'read-only',
    documentation: 'Default of retention.ms in minutes, where milliseconds are not given.'
  },
  {
    name: 'log.retention.ms',
    type: 'long',
    defaultValue: null,
    scope: 'cluster-wide',
    documentation: 'Default of retention.ms.'
  },
  {
    name: 'log.roll.hours',
    type: 'int',
    defaultValue: '168',
    scope: 'read-only',
    min: 1,
    documentation: 'Default of segment.ms in hours, where milliseconds are not given.'
  },
  {
    name: 'log.roll.ms',
    type: 'long',
    defaultValue: null,
    scope: 'cluster-wide',
    documentation: 'Default of segment.ms.'
  },
  {
    name: 'log.segment.bytes',
    type: 'int',
    defaultValue: '1073741824',
    scope: 'cluster-wide',
    min: 1048576,
    documentation: 'Default of segment.bytes.'
  },
  {
    name: 'log.segment.delete.delay.ms',
    type: 'long',
    defaultValue: '60000',
    scope: 'cluster-wide',
    min: 0,
    documentation: 'Default of file.delete.delay.ms.'
  },
  {
    name: 'max.incremental.fetch.session.cache.slots',
    type: 'int',
    defaultValue: '1000',
    scope: 'read-only',
    min: 0,
    documentation: 'Fetch sessions that are kept.'
  },
  {
    name: 'max.request.partition.size.limit',
    type: 'int',
    defaultValue: '2000',
    scope: 'read-only',
    min: 1,
    documentation: 'Most partitions in one answer of DescribeTopicPartitions.'
  },
  {
    name: 'message.max.bytes',
    type: 'int',
    defaultValue: '1048588',
    scope: 'cluster-wide',
    min: 0,
    documentation: 'Default of max.message.bytes.'
  },
  {
    name: 'node.id',
    type: 'int',
    defaultValue: null,
    scope: 'read-only',
    min: 0,
    documentation: 'Number by which clients know this broker.'
  },
  {
    name: 'num.partitions',
    type: 'int',
    defaultValue: '1',
    scope: 'read-only',
    min: 1,
    documentation: 'Partitions of a topic that is created without saying how many.'
  },
  {
    name: 'offset.metadata.max.bytes',
    type: 'int',
    defaultValue: '4096',
    scope: 'read-only',
    documentation: 'Longest text that may be committed beside an offset.'
  },
  {
    name: 'offsets.retention.check.interval.ms',
    type: 'long',
    defaultValue: '600000',
    scope: 'read-only',
    min: 1,
    documentation: 'Milliseconds between two looks for committed offsets that have expired.'
  },
  {
    name: 'offsets.retention.minutes',
    type: 'int',
    defaultValue: '10080',
    scope: 'read-only',
    min: 1,
    documentation: 'Minutes that committed offsets of an empty group are kept.'
  },
  {
    name: 'offsets.topic.num.partitions',
    type: 'int',
    defaultValue: '50',
    scope: 'read-only',
    min: 1,
    documentation: 'Partitions of __consumer_offsets.'
  },
  {
    name: 'producer.id.expiration.ms',
    type: 'int',
    defaultValue: '86400000',
    scope: 'cluster-wide',
    min: 1,
    documentation: 'Milliseconds after which a partition forgets a producer that is silent.'
  },
  {
    name: 'socket.request.max.bytes',
    type: 'int',
    defaultValue: '104857600',
    scope: 'read-only',
    min: 1,
    documentation: 'Most bytes of one request.'
  },
  {
    name: 'naru.scrub.bytes.per.second',
    type: 'long',
    defaultValue: '4194304',
    scope: 'read-only',
    documentation:
      'Bytes of segments that are compared with their checksums per second, to find damage before a reader does; 0 switches it off.'
  },
  {
    name: 'naru.strict.replication',
    type: 'boolean',
    defaultValue: 'false',
    scope: 'read-only',
    documentation: 'Whether a replication factor above the number of brokers is refused, as on Apache Kafka.'
  }
]

export const brokerDefinitions: ReadonlyMap<string, ConfigDefinition> = new Map(
  [...rows, ...logDefinitions, ...transactionDefinitions, ...inertDefinitions].map((row) => [row.name, row])
)
