// Apache Kafka 4.2.0 from Maven Central, as one KRaft node, with the flags of the JVM that its own start script sets.
import { kafkaVersion, startKafka } from 'naru-conformance/kafka'
import { started, type System } from './system.ts'

/** The heap of `kafka-server-start.sh` and the performance options of `kafka-run-class.sh`. */
const jvmFlags = [
  '-Xms1G',
  '-Xmx1G',
  '-server',
  '-XX:+UseG1GC',
  '-XX:MaxGCPauseMillis=20',
  '-XX:InitiatingHeapOccupancyPercent=35',
  '-XX:+ExplicitGCInvokesConcurrent',
  '-XX:MaxInlineLevel=15',
  '-Djava.awt.headless=true'
]

function kafka(
  about: Pick<System, 'name' | 'what' | 'durability'>,
  properties: Readonly<Record<string, string>>
): System {
  const system: System = {
    ...about,
    isBroker: true,
    isOurs: true,
    start: async (options) => {
      const broker = await startKafka({
        dataDir: options.folder,
        jvmFlags,
        properties: { ...properties, ...options.properties }
      })
      return started(system, broker, { folder: options.folder })
    }
  }
  return system
}

export const kafkaSystems: readonly System[] = [
  kafka({ name: 'kafka', what: `Apache Kafka ${kafkaVersion}, its defaults`, durability: 'page cache' }, {}),
  kafka(
    {
      name: 'kafka-flush1',
      what: `Apache Kafka ${kafkaVersion}, log.flush.interval.messages=1`,
      durability: 'on disk before it is acknowledged'
    },
    { 'log.flush.interval.messages': '1' }
  )
]
