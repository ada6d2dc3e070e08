// Everything that the matrix needs on a machine, made once and kept in the cache: the Java and Go adapters
// compiled, the Python environment, kcat from the distribution.

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { cached } from '../cache.ts'
import { kafkaClasspath } from '../kafka/index.ts'
import { fingerprint, run, runOrThrow } from '../process.ts'

const here = import.meta.dirname

async function filesOf(folder: string, pattern: RegExp): Promise<string[]> {
  const names = (await readdir(join(here, folder))).filter((name) => pattern.test(name))
  return names.toSorted().map((name) => join(here, folder, name))
}

/** Folder with the classes of the Java adapter. */
export async function javaAdapter(): Promise<string> {
  const sources = await filesOf('java', /\.java$/)
  const classpath = await kafkaClasspath()
  return cached(`java-adapter-${await fingerprint(sources, classpath)}`, async (folder) => {
    await runOrThrow('javac', ['-nowarn', '-d', folder, '-cp', classpath, ...sources])
  })
}

/** The binary that holds franz-go and sarama. */
export async function goAdapter(): Promise<string> {
  const sources = await filesOf('go', /\.go$|^go\./)
  const folder = await cached(`go-adapter-${await fingerprint(sources)}`, async (target) => {
    const output = join(target, 'adapter')
    await runOrThrow('go', ['build', '-trimpath', '-ldflags', '-s -w', '-o', output, '.'], {
      cwd: join(here, 'go')
    })
  })
  return join(folder, 'adapter')
}

/** The Python that has confluent-kafka, with librdkafka inside its wheel. */
export async function pythonWithLibrdkafka(): Promise<string> {
  const requirements = join(here, 'librdkafka', 'requirements.txt')
  if (!(await works('python3', '-m', 'pip', '--version'))) await install('python3-pip')
  const folder = await cached(`python-${await fingerprint([requirements])}`, async (target) => {
    // A plain target folder, not a virtual environment: that one could not be renamed when it is complete.
    const options = ['--disable-pip-version-check', '--quiet', '--target', target]
    await runOrThrow('python3', ['-m', 'pip', 'install', ...options, '--requirement', requirements])
  })
  return folder
}

let installing: Promise<void> = Promise.resolve()

/** Installs a package of the distribution, one at a time: its package manager takes a lock. */
function install(name: string): Promise<void> {
  const sudo = process.getuid?.() === 0 ? [] : ['sudo']
  const apt = async (...args: string[]): Promise<void> => {
    const [command = 'apt-get', ...rest] = [...sudo, 'apt-get', ...args]
    await runOrThrow(command, rest, { env: { DEBIAN_FRONTEND: 'noninteractive' } })
  }
  const next = installing.then(async () => {
    await apt('update', '-q')
    await apt('install', '-q', '-y', '--no-install-recommends', name)
  })
  installing = next.catch(() => undefined)
  return next
}

const works = async (command: string, ...args: string[]): Promise<boolean> => {
  const result = await run(command, args).catch(() => undefined)
  return result?.code === 0
}

/** Installs kcat by the distribution's package manager when the machine does not have it. */
export async function ensureKcat(): Promise<void> {
  if (!(await works('kcat', '-V'))) await install('kcat')
}
