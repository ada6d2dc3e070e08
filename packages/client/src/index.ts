export { Admin } from './admin/admin.ts'
export type { ConfigChange, ConfigEntry, ConfigResource, ConfigSource } from './admin/configs.ts'
export type {
  CommittedOffset,
  GroupDescription,
  GroupMember,
  GroupOutcome,
  GroupPosition,
  GroupSummary,
  OffsetOutcome,
  PositionToCommit
} from './admin/groups.ts'
export type { OffsetQuery, PartitionOffset } from './admin/offsets.ts'
export type { ChangeOptions, CreatedTopic, NewTopic, TopicOutcome } from './admin/topics.ts'
export { Client, type ClientOptions, createClient } from './client.ts'
export { type Codec, bytesCodec, jsonCodec, stringCodec } from './codec.ts'
export type { ConsumerOptions } from './consumer/consumer-options.ts'
export { type ConsumedBatch, Consumer } from './consumer/consumer.ts'
export type { EndPlace, StartPlace } from './consumer/places.ts'
export type { FetchedRecord } from './consumer/fetched-record.ts'
export type { ConsumerRecord, Header } from './consumer/record.ts'
export { CLIENT_DEFAULTS, CONSUMER_DEFAULTS, PRODUCER_DEFAULTS } from './defaults.ts'
export { type ErrorSubject, KafkaError } from './errors.ts'
export { OptionError } from './options/check-options.ts'
export {
  type Acks,
  COMPRESSIONS,
  type Compression,
  Producer,
  type ProducerOptions,
  type SentBatch
} from './producer/producer.ts'
export {
  type AssignedPartition,
  type CommitOutcome,
  GroupReader,
  type GroupReaderEvents,
  type GroupReaderOptions,
  type ReadBatch
} from './group/group-reader.ts'
export type { GroupIdentity } from './group/group-member.ts'
export { type Place, placeKey } from './group/place.ts'
export type { HeaderToSend, RecordToSend } from './producer/record-to-send.ts'
export {
  type TransactionTools,
  TransactionalProducer,
  type TransactionalProducerOptions
} from './producer/transactional-producer.ts'
export type { BrokerInfo, ClusterInfo, PartitionInfo, TopicInfo, TopicLookup } from './wire/cluster.ts'
export type { CallOptions } from './wire/wire.ts'
