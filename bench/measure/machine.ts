/** Where and with what a run was made: stands in every line of the results. */
import { cpus, release, totalmem } from 'node:os'
import { readFile, statfs } from 'node:fs/promises'
import { kafkaVersion } from 'naru-conformance/kafka'
import { repositoryRoot } from 'naru-conformance/cache'
import { run } from 'naru-conformance/process'
import { join } from 'node:path'

export interface Machine {
  readonly cpu: string
  readonly cpus: number
  readonly memoryGb: number
  readonly kernel: string
  readonly fileSystem: string
}

export interface Versions {
  /** The commit of this repository, with `+` when files differ from it. */
  readonly commit: string
  readonly node: string
  readonly kafka: string
  readonly java: string
  readonly go: string
  readonly franzGo: string
  readonly kfake: string
}

const knownFileSystems: Readonly<Record<number, string>> = {
  0xef53: 'ext4',
  0x58465342: 'xfs',
  0x9123683e: 'btrfs',
  0x794c7630: 'overlay',
  0x01021994: 'tmpfs'
}

export async function machineOf(folder: string): Promise<Machine> {
  const { type } = await statfs(folder)
  const list = cpus()
  return {
    cpu: list[0]?.model.trim() ?? 'unknown',
    cpus: list.length,
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    kernel: release(),
    fileSystem: knownFileSystems[type] ?? `0x${type.toString(16)}`
  }
}

export async function versions(): Promise<Versions> {
  const [commit, changes, java, go] = await Promise.all([
    output('git', 'rev-parse', '--short=12', 'HEAD'),
    output('git', 'status', '--porcelain', '--untracked-files=no'),
    output('java', '-version'),
    output('go', 'env', 'GOVERSION')
  ])
  return {
    commit: `${commit}${changes === '' ? '' : '+'}`,
    node: process.version,
    kafka: kafkaVersion,
    java: /version "([^"]+)"/.exec(java)?.[1] ?? 'none',
    go,
    franzGo: await moduleVersion('load', 'github.com/twmb/franz-go'),
    kfake: await moduleVersion('kfake', 'github.com/twmb/franz-go/pkg/kfake')
  }
}

/** What a command says about itself; an empty text when it is not there. */
async function output(command: string, ...args: readonly string[]): Promise<string> {
  const result = await run(command, args, { cwd: repositoryRoot }).catch(() => undefined)
  return `${result?.stdout ?? ''}${result?.stderr ?? ''}`.trim()
}

async function moduleVersion(program: string, module: string): Promise<string> {
  const text = await readFile(join(repositoryRoot, 'bench', program, 'go.mod'), 'utf8')
  const line = text.split('\n').find((one) => one.includes(`${module} v`))
  return (
    line
      ?.trim()
      .split(' ')
      .find((word) => word.startsWith('v')) ?? 'unknown'
  )
}
