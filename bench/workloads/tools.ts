// What a person or a test waits for: the list of topics in a terminal, and the broker inside a test process.
import { join } from 'node:path'
import { kafkaTool } from 'naru-conformance/kafka'
import { repositoryRoot } from 'naru-conformance/cache'
import { runOrThrow } from 'naru-conformance/process'
import { runLoad } from '../load-program.ts'
import { median } from '../results/statistics.ts'
import type { Group, Workload } from './workload.ts'

const calls = 5
const cli = join(repositoryRoot, 'packages/cli/bin/naru.js')

async function list(tool: 'naru' | 'kafka', bootstrap: string): Promise<string> {
  if (tool === 'naru')
    return (await runOrThrow(process.execPath, [cli, 'topic', 'list', '--bootstrap', bootstrap])).stdout
  return (await kafkaTool('kafka-topics', ['--bootstrap-server', bootstrap, '--list'])).stdout
}

const topicList: Workload = {
  name: 'topic-list',
  what: 'one call of `naru topic list`, or of `kafka-topics --list` against Kafka, median of five',
  group: 'tools',
  systems: ['naru', 'kafka'],
  parameters: { topics: 3, partitions: 4 },
  figure: { name: 'callMs', unit: 'ms', better: 'lower' },
  run: async ({ started: { broker }, topic }, parameters) => {
    const name = topic('listed')
    await runLoad('create', { bootstrap: broker.bootstrap, topic: name, ...parameters })
    const tookMs: number[] = []
    for (let call = 0; call <= calls; call++) {
      const start = performance.now()
      const printed = await list(broker.kind === 'kafka' ? 'kafka' : 'naru', broker.bootstrap)
      if (!printed.includes(name)) throw new Error(`the list does not name ${name}: ${printed}`)
      // The first call fills caches of code.
      if (call > 0) tookMs.push(performance.now() - start)
    }
    return { callMs: median(tookMs) }
  }
}

const testBrokers: Workload = {
  name: 'test-broker',
  what: '`createTestBroker()` in a fresh process: the first one, and the median of twenty more',
  group: 'tools',
  systems: ['naru'],
  parameters: {},
  figure: { name: 'firstMs', unit: 'ms', better: 'lower' },
  beside: ['laterMs'],
  run: async () => {
    const program = join(import.meta.dirname, '../starts/test-brokers.ts')
    const { stdout } = await runOrThrow(process.execPath, ['--expose-gc', program])
    const { first, later } = JSON.parse(stdout) as {
      readonly first: number
      readonly later: readonly number[]
    }
    return { firstMs: first, laterMs: median(later) }
  }
}

export const toolWorkloads: readonly Workload[] = [topicList, testBrokers]

export const toolGroups: readonly Group[] = [{ name: 'tools', warmUpBytes: 0 }]
