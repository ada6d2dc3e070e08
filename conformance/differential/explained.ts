// Differences that stay, each with its reason. Whatever is not listed here fails the run.

import type { Difference } from './compare.ts'

interface Explanation {
  /** Of the case and the question, as `case: question`. */
  readonly label: RegExp
  readonly path?: RegExp
  readonly naru?: RegExp
  readonly kafka?: RegExp
  readonly reason: string
}

const produce: readonly Explanation[] = [
  {
    label: /Produce/,
    path: /errorMessage$/,
    naru: /TEXT/,
    reason: 'we say what is wrong where Kafka does not'
  },
  { label: /Produce/, path: /logStartOffset$/, naru: /-1/, reason: 'a refused batch has no log start' },
  { label: /no partitions/, reason: 'Kafka leaves topics without partitions out of its answers' },
  { label: /null records/, reason: 'Kafka does not answer; we refuse' },
  { label: /unknown codec/, reason: 'Kafka trips over the codec, we name it' },
  { label: /payload damaged/, reason: 'Kafka trips over what it cannot inflate, we say that it is damaged' },
  { label: /kept in produce-times-appended/, reason: 'two runs append at two times' },
  {
    label: /produce-idempotence: .*(epoch -1|without epoch|kept in 0)/,
    reason: 'stricter: an id needs an epoch'
  },
  {
    label: /produce-many-parts/,
    reason: 'a partition that is named twice is appended twice; Kafka keeps the last'
  }
]

const fetch: readonly Explanation[] = [
  {
    label: /Fetch/,
    path: /(highWatermark|lastStableOffset|logStartOffset)$/,
    kafka: /^-1$/,
    reason: 'an error tells where the log begins and ends'
  },
  {
    label: /Fetch/,
    path: /records\.(end|bytes)$/,
    reason: 'whole batches only; Kafka cuts at the limit and clients drop the rest'
  },
  {
    label: /Fetch .*(isolation 7|limit -1)/,
    reason: 'Kafka trips over the value; we take it for the nearest one'
  },
  { label: /Fetch .*replica id 0/, reason: 'replicas do not fetch from each other here' },
  { label: /fetch-waits: Fetch v13 deleted/, reason: 'the id of a deleted topic is unknown' },
  { label: /Fetch .*same partition twice/, reason: 'a partition that is named twice is read twice' },
  {
    label: /fetch-sessions: .*(of nothing|all forgotten)/,
    reason: 'a session needs partitions to begin, and may be empty later'
  }
]

const lookUps: readonly Explanation[] = [
  { label: /ListOffsets .*twice/, reason: 'each naming is answered; Kafka answers once' },
  { label: /ListOffsets .*epoch -2/, reason: 'no client sends an epoch below -1' },
  {
    label: /cut at -3/,
    reason: 'the largest timestamp of what is left; Kafka may name a record that was deleted'
  },
  {
    label: /metadata-creation/,
    reason: 'a topic is there with its leader in the first answer'
  },
  {
    label: /Metadata .*operations/,
    path: /topicAuthorizedOperations$/,
    reason: 'a topic that is not there allows nothing'
  },
  { label: /Metadata .*(zero id|mixed)/, reason: 'each topic is looked up by itself' },
  {
    label: /DescribeTopicPartitions .*(cursor|unknown and limit|name)/,
    reason: 'a cursor is a place in the order of names, whatever stands there'
  },
  { label: /ApiVersions/, path: /apiKeys|Features/, reason: 'only what is served is listed' },
  { label: /DescribeLogDirs/, path: /(totalBytes|usableBytes)$/, reason: 'not yet: the size of the volume' },
  { label: /DescribeLogDirs .*twice/, reason: 'each naming is answered' }
]

const administration: readonly Explanation[] = [
  {
    label: /CreateTopics .*replicas/,
    reason: 'replication factor 3 runs on one broker, unless naru.strict.replication'
  },
  {
    label: /./,
    path: /min\.insync\.replicas/,
    reason: 'Kafka formats a cluster with a setting for all brokers'
  },
  {
    label: /CreateTopics .*validate only/,
    path: /topicId$/,
    reason: 'nothing was made that could have an id'
  },
  { label: /CreateTopics .*metadata topic/, reason: 'there is no such log here that a topic could disturb' },
  { label: /CreateTopics .*policy twice/, reason: 'stricter: a value twice is a mistake' },
  { label: /CreateTopics .*colliding in one/, reason: 'stricter: Kafka misses collisions within a request' },
  {
    label: /CreatePartitions/,
    path: /errorMessage$/,
    naru: /TEXT/,
    reason: 'we say what is wrong where Kafka does not'
  },
  { label: /CreatePartitions .*huge/, reason: 'a limit of our own' },
  {
    label: /name and its id apart/,
    path: /name$/,
    reason: 'one of the two namings is answered, Kafka joins them'
  },
  { label: /DeleteRecords .*twice/, reason: 'each naming is answered' },
  {
    label: /DeleteRecords .*both/,
    path: /lowWatermark$/,
    reason: 'Kafka expires old records of compact,delete when its cleaner looks, we when retention does'
  },
  { label: /DescribeConfigs/, path: /errorMessage$/, kafka: /^""$/, reason: 'no error has no message' },
  {
    label: /DescribeConfigs/,
    path: /synonyms/,
    reason: 'our list of synonyms ends with the default of the setting itself'
  },
  {
    label: /DescribeConfigs .*twice/,
    reason: 'a resource is answered once, however often few bytes name it'
  },
  { label: /DescribeConfigs .*(metrics|type 8|type 16)/, reason: 'not yet: log levels and client metrics' },
  { label: /configs-of-brokers/, path: /naru\./, reason: 'settings of our own' },
  {
    label: /DescribeConfigs .*(broker|own)/,
    path: /(listener|controller|log\.dirs|node\.id|broker\.id|process\.roles|transaction\.state|offsets\.topic|share)/,
    reason: 'the suite gives Kafka these at its start'
  },
  {
    label: /configs-of-brokers: .*all brokers/,
    reason: 'Kafka formats a cluster with a setting for all brokers'
  },
  {
    label: /configs-brokers-changed: Incr.*(bad value|negative)/,
    reason: 'a bad value is INVALID_CONFIG for every resource'
  },
  { label: /configs-brokers-changed: .*unknown/, reason: 'stricter: Kafka keeps settings that nobody knows' },
  {
    label: /configs-brokers-changed/,
    path: /value$|errorCode$|errorMessage$/,
    naru: /1000|NONE|null/,
    reason: 'log.cleaner.threads changes nothing here, so that its number is free'
  },
  { label: /IncrementalAlterConfigs .*operation/, reason: 'Kafka trips over the operation, we name it' },
  {
    label: /configs-groups: Incr.*too small/,
    reason: 'not yet: the protocols that read the settings of groups'
  },
  { label: /configs-groups: ListConfigResources v1 after/, reason: 'a group without settings is not listed' }
]

const groups: readonly Explanation[] = [
  { label: /FindCoordinator .*type 1/, reason: 'COORDINATOR_NOT_AVAILABLE never appears on a healthy node' },
  {
    label: /FindCoordinator .*type 2/,
    path: /errorMessage$/,
    reason: 'we say what is wrong where Kafka does not'
  },
  { label: /FindCoordinator .*share key/, reason: 'not yet: share groups' }
]

const cluster: readonly Explanation[] = [
  { label: /ElectLeaders .* nothing/, reason: 'an unknown type is refused even where nothing is named' },
  {
    label: /AlterPartitionReassignments .* no topics/,
    path: /errorMessage$/,
    reason: 'no message, in two ways'
  },
  { label: /AlterReplicaLogDirs .* long name/, reason: 'no folder on the way whose name could be too long' },
  { label: /DescribeQuorum/, path: /replicaDirectoryId$/, reason: 'each data folder has its own id' },
  { label: /UpdateFeatures .* down$/, reason: 'levels belong to the release and do not change' },
  {
    label: /AddRaftVoter .* new/,
    reason: 'the metadata is kept by one node: Kafka looks for the new one, we refuse'
  }
]

const transactions: readonly Explanation[] = [
  {
    label: /AddPartitionsToTxn .*nothing/,
    kafka: /silent/,
    reason: 'Kafka never answers; we say that all is well'
  },
  {
    label: /transactions-markers: Fetch/,
    path: /abortedTransactions$/,
    reason: 'Kafka also lists aborted transactions behind what it gives'
  },
  {
    label: /transactions-refused: .*control batch/,
    naru: /INVALID_RECORD/,
    reason: 'a batch is looked at before the coordinator is asked'
  }
]

const explanations = [
  ...produce,
  ...fetch,
  ...lookUps,
  ...administration,
  ...cluster,
  ...groups,
  ...transactions
]

/** Why a difference is on purpose; undefined when nobody has explained it. */
export function reasonFor(caseName: string, { label, path, kafka, naru }: Difference): string | undefined {
  return explanations.find(
    (one) =>
      one.label.test(`${caseName}: ${label}`) &&
      (one.path?.test(path) ?? true) &&
      (one.kafka?.test(kafka) ?? true) &&
      (one.naru?.test(naru) ?? true)
  )?.reason
}
