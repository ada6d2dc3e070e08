// Apache Kafka 4.2.0 from Maven Central, once into the cache, and the class path for whatever runs on it.

import { join } from 'node:path'
import { cached } from '../cache.ts'
import { fingerprint, runOrThrow } from '../process.ts'

export const kafkaVersion = '4.2.0'

const pom = join(import.meta.dirname, 'pom.xml')
const copyDependencies = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies'

/** The folder with Kafka's jars and their dependencies; the first call downloads about 55 MB. */
export async function kafkaJars(): Promise<string> {
  const name = `kafka-${kafkaVersion}-${await fingerprint([pom])}`
  return cached(name, async (folder) => {
    const args = ['-q', '-B', '-f', pom, copyDependencies, `-DoutputDirectory=${folder}`]
    await runOrThrow('mvn', [...args, '-DincludeScope=runtime'])
  })
}

/** Class path with everything of Kafka: broker, clients and tools. */
export async function kafkaClasspath(): Promise<string> {
  return `${await kafkaJars()}/*`
}

/** Options for any JVM on that class path: where the logging configuration is, and how much it says. */
export function loggingOptions(level: 'INFO' | 'WARN' | 'ERROR' | 'OFF'): string[] {
  const file = join(import.meta.dirname, 'log4j2.properties')
  return [`-Dlog4j2.configurationFile=${file}`, `-Dnaru.log.level=${level}`]
}
