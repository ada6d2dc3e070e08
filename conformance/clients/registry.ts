// The clients of the matrix: how each adapter is started, and what its client cannot do, with the reason.

import { join } from 'node:path'
import { kafkaClasspath, loggingOptions } from '../kafka/index.ts'
import { ensureKcat, goAdapter, javaAdapter, pythonWithLibrdkafka } from './build.ts'
import type { AdapterCommand } from './driver.ts'

export interface ClientDefinition {
  readonly name: string
  readonly library: string
  readonly command: () => Promise<AdapterCommand>
  /** False when the client stamps records with its own clock only. */
  readonly writesTimestamps: boolean
  /** False when null header values cannot be written. */
  readonly writesNullHeaders: boolean
  /** Cases that the client has no means for, each with the reason that the table shows. */
  readonly cannot: Readonly<Record<string, string>>
}

const here = import.meta.dirname

const nodeAdapter = (folder: string) => (): Promise<AdapterCommand> =>
  Promise.resolve({ command: process.execPath, args: [join(here, folder, 'adapter.ts')] })

const goClient = (library: string) => async (): Promise<AdapterCommand> => ({
  command: await goAdapter(),
  args: [library]
})

/** A small heap and the quick compiler: an adapter lives for minutes, and two cores are shared by all. */
const jvmFlags = ['-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto']

export async function javaCommand(): Promise<AdapterCommand> {
  const classpath = `${await javaAdapter()}:${await kafkaClasspath()}`
  return { command: 'java', args: [...jvmFlags, ...loggingOptions('OFF'), '-cp', classpath, 'Adapter'] }
}

export const clients: readonly ClientDefinition[] = [
  {
    name: 'kcat',
    library: 'kcat 1.7 on librdkafka 2.0',
    command: async () => {
      await ensureKcat()
      return nodeAdapter('kcat')()
    },
    writesTimestamps: false,
    writesNullHeaders: false,
    cannot: {}
  },
  {
    name: 'librdkafka',
    library: 'librdkafka by confluent-kafka-python 2.16.1',
    command: async () => ({
      command: 'python3',
      args: [join(here, 'librdkafka', 'adapter.py')],
      env: { PYTHONPATH: await pythonWithLibrdkafka(), PYTHONDONTWRITEBYTECODE: '1' }
    }),
    writesTimestamps: true,
    writesNullHeaders: true,
    cannot: {}
  },
  {
    name: 'java',
    library: 'Apache Kafka clients 4.2.0',
    command: javaCommand,
    writesTimestamps: true,
    writesNullHeaders: true,
    cannot: {}
  },
  {
    name: 'franz-go',
    library: 'franz-go 1.22.2',
    command: goClient('franz-go'),
    writesTimestamps: true,
    writesNullHeaders: true,
    cannot: {}
  },
  {
    name: 'sarama',
    library: 'sarama 1.61.1',
    command: goClient('sarama'),
    writesTimestamps: true,
    writesNullHeaders: true,
    cannot: { cooperative: 'sarama has no cooperative protocol' }
  },
  {
    name: 'kafkajs',
    library: 'kafkajs 2.2.4',
    command: nodeAdapter('kafkajs'),
    writesTimestamps: true,
    writesNullHeaders: false,
    cannot: {
      static: 'kafkajs has no option for a group instance id',
      cooperative: 'kafkajs has no cooperative protocol'
    }
  },
  {
    name: 'platformatic',
    library: '@platformatic/kafka 2.12.1',
    command: nodeAdapter('platformatic'),
    writesTimestamps: true,
    writesNullHeaders: false,
    cannot: {}
  }
]
