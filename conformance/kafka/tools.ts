// Kafka's command line tools, one JVM per call. Suites that call many keep a JVM instead (clients/java).

import { run, type RunOptions, type RunResult } from '../process.ts'
import { kafkaClasspath, loggingOptions } from './jars.ts'

/** Main classes by the name that the scripts in Kafka's `bin` folder have. */
export const kafkaTools = {
  'kafka-topics': 'org.apache.kafka.tools.TopicCommand',
  'kafka-configs': 'kafka.admin.ConfigCommand',
  'kafka-consumer-groups': 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
  'kafka-get-offsets': 'org.apache.kafka.tools.GetOffsetShell',
  'kafka-dump-log': 'kafka.tools.DumpLogSegments',
  'kafka-console-producer': 'org.apache.kafka.tools.ConsoleProducer',
  'kafka-console-share-consumer': 'org.apache.kafka.tools.consumer.ConsoleShareConsumer',
  'kafka-acls': 'org.apache.kafka.tools.AclCommand',
  'kafka-console-consumer': 'org.apache.kafka.tools.consumer.ConsoleConsumer',
  'kafka-log-dirs': 'org.apache.kafka.tools.LogDirsCommand',
  'kafka-broker-api-versions': 'org.apache.kafka.tools.BrokerApiVersionsCommand',
  'kafka-delete-records': 'org.apache.kafka.tools.DeleteRecordsCommand',
  'kafka-cluster': 'org.apache.kafka.tools.ClusterTool',
  'kafka-features': 'org.apache.kafka.tools.FeatureCommand',
  'kafka-transactions': 'org.apache.kafka.tools.TransactionsCommand',
  'kafka-producer-perf-test': 'org.apache.kafka.tools.ProducerPerformance',
  'kafka-consumer-perf-test': 'org.apache.kafka.tools.ConsumerPerformance',
  'kafka-leader-election': 'org.apache.kafka.tools.LeaderElectionCommand',
  'kafka-reassign-partitions': 'org.apache.kafka.tools.reassign.ReassignPartitionsCommand',
  'kafka-metadata-quorum': 'org.apache.kafka.tools.MetadataQuorumCommand',
  'kafka-verifiable-producer': 'org.apache.kafka.tools.VerifiableProducer',
  'kafka-verifiable-consumer': 'org.apache.kafka.tools.VerifiableConsumer'
} as const

export type KafkaTool = keyof typeof kafkaTools

/** Runs one tool to its end. Its messages go to stderr only from WARN on. */
export async function kafkaTool(
  tool: KafkaTool,
  args: readonly string[],
  options: RunOptions = {}
): Promise<RunResult> {
  const jvm = ['-Xmx256m', '-XX:TieredStopAtLevel=1', ...loggingOptions('ERROR')]
  return run('java', [...jvm, '-cp', await kafkaClasspath(), kafkaTools[tool], ...args], options)
}
