// Lines in which Kafka's tools print something else for Naru than for Apache Kafka, each with its reason. A line counts
// for the step that is named; every other difference fails the case.

export interface ToolDifference {
  /** Titles of steps. */
  readonly steps: readonly string[]
  /** Of either broker. */
  readonly line: RegExp
  readonly because: string
}

const NOT_SERVED = [
  'SaslHandshake|SaslAuthenticate|CreateDelegationToken|RenewDelegationToken|ExpireDelegationToken',
  'DescribeDelegationToken|DescribeClientQuotas|AlterClientQuotas|DescribeUserScramCredentials',
  'AlterUserScramCredentials|ConsumerGroupHeartbeat|ConsumerGroupDescribe|ShareGroupHeartbeat|ShareGroupDescribe',
  'ShareFetch|ShareAcknowledge|InitializeShareGroupState|ReadShareGroupState|WriteShareGroupState',
  'DeleteShareGroupState|ReadShareGroupStateSummary|StreamsGroupHeartbeat|StreamsGroupDescribe',
  'DescribeShareGroupOffsets|AlterShareGroupOffsets|DeleteShareGroupOffsets'
].join('|')

export const toolDifferences: readonly ToolDifference[] = [
  {
    steps: ['features'],
    line: /^Feature: (eligible\.leader\.replicas|group|kraft|share|streams)\.version /,
    because:
      'only what is served is listed: no replicas, no groups of KIP-848, share or streams groups, no Raft'
  },
  {
    steps: ['brokers'],
    line: new RegExp(`^(${NOT_SERVED})\\(\\d+\\): `),
    because: 'not served: users and quotas, and the kinds of groups above'
  },
  {
    steps: ['feature that nobody has'],
    line: /^Could not upgrade no\.such\.feature to 1\. /,
    because: 'messages are sentences of our own'
  },
  {
    steps: ['upgrade to this release'],
    line: /^exit [01]$|(up|down)graded? |operation\(s\) failed/,
    because: 'the levels of features belong to the release of Naru: a change of them is refused'
  },
  {
    steps: ['settings of all brokers', 'settings of a topic'],
    line: /^min\.insync\.replicas=1 /,
    because: 'Kafka formats a cluster with a setting for all brokers'
  },
  {
    steps: ['topics with settings of their own'],
    line: /^$|^Topic: /,
    because: 'Kafka takes the setting that it formats a cluster with for one of every topic'
  },
  {
    steps: ['name of no topic'],
    line: /^Error while executing topic command : /,
    because: 'messages are sentences of our own'
  },
  {
    steps: ['three replicas'],
    line: /^exit [01]$|^Created topic |^Error while executing topic command : Unable to replicate/,
    because:
      'a replication factor above the number of nodes is accepted, unless naru.strict.replication is set'
  }
]
