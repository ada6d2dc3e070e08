/**
 * Apache Kafka's own message descriptions, taken from the jars of Maven Central: `common/message/*.json` in
 * kafka-clients and in the coordinators. Only facts are kept; the sentences in `about` are left behind.
 *
 * The jars are fetched by mvn once, into the cache folder of the conformance suites.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inflateRawSync } from 'node:zlib'
import { cached } from '../cache.ts'
import { runOrThrow } from '../process.ts'

const kafkaVersion = '4.2.0'
const artifacts = [
  'kafka-clients',
  'kafka-group-coordinator',
  'kafka-transaction-coordinator',
  'kafka-share-coordinator'
] as const
export type Artifact = (typeof artifacts)[number]

export interface ApacheField {
  readonly name: string
  readonly type: string
  readonly versions?: string
  readonly nullableVersions?: string
  readonly taggedVersions?: string
  readonly tag?: number
  readonly default?: string | number | boolean | null
  readonly ignorable?: boolean
  readonly entityType?: string
  readonly mapKey?: boolean
  readonly flexibleVersions?: string
  readonly fields?: readonly ApacheField[]
}

export interface ApacheStruct {
  readonly name: string
  readonly versions: string
  readonly fields: readonly ApacheField[]
}

export interface ApacheMessage {
  readonly artifact: Artifact
  readonly type: string
  readonly name: string
  readonly apiKey?: number
  readonly listeners?: readonly string[]
  readonly validVersions: string
  readonly flexibleVersions: string
  readonly latestVersionUnstable?: boolean
  readonly fields: readonly ApacheField[]
  readonly commonStructs?: readonly ApacheStruct[]
}

/** Every message of the four jars, by name. */
export async function apacheMessages(): Promise<Map<string, ApacheMessage>> {
  const messages = new Map<string, ApacheMessage>()
  const folder = await jarFolder()
  for (const artifact of artifacts) {
    const jar = await readFile(join(folder, `${artifact}-${kafkaVersion}.jar`))
    for (const [name, bytes] of zipEntries(jar)) {
      if (!/^common\/message\/\w+\.json$/.test(name)) continue
      const message = { ...(JSON.parse(withoutComments(bytes().toString())) as ApacheMessage), artifact }
      messages.set(message.name, message)
    }
  }
  return messages
}

/** The folder with the four jars, fetched by mvn the first time. */
async function jarFolder(): Promise<string> {
  return cached(`schema-jars-${kafkaVersion}`, async (folder) => {
    for (const artifact of artifacts) {
      await runOrThrow('mvn', [
        '--quiet',
        '--batch-mode',
        'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy',
        `-Dartifact=org.apache.kafka:${artifact}:${kafkaVersion}`,
        `-DoutputDirectory=${folder}`
      ])
    }
  })
}

/** The four jars as a class path for Java. */
export async function apacheClasspath(): Promise<string> {
  const folder = await jarFolder()
  return artifacts.map((artifact) => join(folder, `${artifact}-${kafkaVersion}.jar`)).join(':')
}

/** The files put lines beginning with `//` between JSON; no string of theirs contains a line like that. */
function withoutComments(text: string): string {
  return text.replaceAll(/^\s*\/\/.*$/gm, '')
}

/** The entries of a zip file, read from its central directory; contents are inflated when asked for. */
function* zipEntries(zip: Buffer): Generator<[name: string, bytes: () => Buffer]> {
  const end = zip.lastIndexOf(Buffer.from('PK\u0005\u0006'))
  const count = zip.readUInt16LE(end + 10)
  let at = zip.readUInt32LE(end + 16)
  for (let i = 0; i < count; i++) {
    const method = zip.readUInt16LE(at + 10)
    const compressedBytes = zip.readUInt32LE(at + 20)
    const nameBytes = zip.readUInt16LE(at + 28)
    const header = zip.readUInt32LE(at + 42)
    const name = zip.toString('utf8', at + 46, at + 46 + nameBytes)
    yield [
      name,
      () => {
        const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28)
        const content = zip.subarray(start, start + compressedBytes)
        return method === 0 ? content : inflateRawSync(content)
      }
    ]
    at += 46 + nameBytes + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  }
}
