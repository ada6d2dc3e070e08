// librdkafka's test runner, built from the sources that come inside an npm package.

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cached } from '../../cache.ts'
import { runOrThrow } from '../../process.ts'

const PACKAGE = '@confluentinc/kafka-javascript'
const VERSION = '1.10.1'
const BUILD_MS_MAX = 15 * 60_000

/** Header files that some tests need, by Debian's names. */
const DEBIAN_PACKAGES = ['zlib1g-dev', 'libssl-dev', 'libsasl2-dev', 'libzstd-dev', 'rapidjson-dev']

/** Folder with the sources and, in `tests`, the runner. */
export async function librdkafka(): Promise<string> {
  const root = await cached(`librdkafka-${VERSION}`, async (target) => {
    await headers()
    const { stdout } = await runOrThrow('npm', ['pack', '--silent', `${PACKAGE}@${VERSION}`], { cwd: target })
    const tarball = stdout.trim().split('\n').at(-1) ?? ''
    await runOrThrow('tar', ['xzf', tarball, 'package/deps/librdkafka'], { cwd: target })
    const source = join(target, 'package/deps/librdkafka')
    await capReplicationFactor(join(source, 'tests/test.c'))
    const make = async (command: string, ...args: string[]): Promise<void> => {
      await runOrThrow(command, args, { cwd: source, timeoutMs: BUILD_MS_MAX })
    }
    await make('./configure', '--disable-curl')
    await make('make', '-j2', 'libs')
    await make('make', '-j2', '-C', 'tests', 'build')
  })
  return join(root, 'package/deps/librdkafka')
}

async function headers(): Promise<void> {
  const { stdout } = await runOrThrow('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\\n'])
  const installed = new Set(
    stdout.split('\n').flatMap((line) => (line.endsWith(' installed') ? [line.split(' ')[0]] : []))
  )
  const missing = DEBIAN_PACKAGES.filter((name) => !installed.has(name))
  if (missing.length === 0) return
  await runOrThrow('apt-get', ['install', '-y', '--no-install-recommends', ...missing], {
    env: { DEBIAN_FRONTEND: 'noninteractive' }
  })
}

/** Some tests ask for three replicas, which one node of Apache Kafka refuses: `TEST_RF` lowers that for every broker. */
async function capReplicationFactor(file: string): Promise<void> {
  const text = await readFile(file, 'utf8')
  const asked = /rd_kafka_NewTopic_new\(topicname, partition_cnt, replication_factor,/
  const create = 'void test_admin_create_topic('
  if (!asked.test(text) || !text.includes(create)) throw new Error(`${file} is not as expected`)
  const cap =
    'static int within_rf_cap(int wanted) {\n' +
    '  const char *cap = test_getenv("TEST_RF", NULL);\n' +
    '  return cap && atoi(cap) < wanted ? atoi(cap) : wanted;\n}\n\n'
  const capped = text
    .replace(create, () => `${cap}${create}`)
    .replace(asked, 'rd_kafka_NewTopic_new(topicname, partition_cnt, within_rf_cap(replication_factor),')
  await writeFile(file, capped)
}
