// What a Java consumer reads of some topics, as a checksum per partition.

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { cached } from '../cache.ts'
import { kafkaClasspath } from '../kafka/index.ts'
import { fingerprint, runOrThrow } from '../process.ts'

export type Isolation = 'read_committed' | 'read_uncommitted'

async function program(): Promise<string> {
  const folder = join(import.meta.dirname, 'java')
  const sources = (await readdir(folder)).map((name) => join(folder, name))
  const classpath = await kafkaClasspath()
  return cached(`hand-over-java-${await fingerprint(sources, classpath)}`, async (target) => {
    await runOrThrow('javac', ['-nowarn', '-d', target, '-cp', classpath, ...sources])
  })
}

/** Lines `topic-partition count first-offset sha256`, sorted. */
export async function checksums(
  bootstrap: string,
  isolation: Isolation,
  topics: readonly string[]
): Promise<string[]> {
  const classpath = `${await program()}:${await kafkaClasspath()}`
  const args = ['-Xmx512m', '-cp', classpath, 'Checksum', bootstrap, isolation, ...topics]
  const { stdout } = await runOrThrow('java', args)
  return stdout.split('\n').filter((line) => line !== '')
}
