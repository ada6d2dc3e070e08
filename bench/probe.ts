/**
 * Naru beside Apache Kafka in one run, on one machine: produce and consume with a lean client, and with requests
 * that were built once. Naru acknowledges after its sync, Kafka (default) from the page cache.
 *
 *     node bench/probe.ts [--rounds 5] [--peers naru,kafka] [--megabytes 300] [--sizes 1024,100]
 *
 * Rounds are interleaved (A B A B ...), the first one is not counted, medians and ratios are printed. It shows what
 * two cores do when client and broker share them; it says nothing of a network, nor of more machines.
 */
import { parseArgs } from 'node:util'
import { startBroker } from 'naru-conformance/start'
import { loadProgram, runLoad, type LoadResult } from './load-program.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    peers: { type: 'string', default: 'naru,kafka' },
    megabytes: { type: 'string', default: '300' },
    sizes: { type: 'string', default: '1024,100' },
    modes: { type: 'string', default: 'raw-produce,raw-consume,produce,consume,latency' }
  }
})
const peers = values.peers.split(',')
const sizes = values.sizes.split(',').map(Number)
const modes = values.modes.split(',')
const bytes = Number(values.megabytes) * 1e6
const program = await loadProgram()

/** Figures per peer, mode and size, one per counted round. */
const figures = new Map<string, LoadResult[]>()

for (let round = 0; round <= Number(values.rounds); round++) {
  for (const peer of peers) {
    await using broker = await startBroker(peer, { properties: { 'num.partitions': '4' } })
    for (const size of sizes) {
      for (const mode of modes) {
        const topic = `${mode.startsWith('raw') ? 'raw' : mode === 'latency' ? 'latency' : 'client'}-${size}`
        const records = Math.floor(bytes / size)
        const result = await runLoad(program, mode, { bootstrap: broker.bootstrap, topic, size, records })
        const key = `${mode} ${size} ${peer}`
        if (round > 0) figures.set(key, [...(figures.get(key) ?? []), result])
        console.error(JSON.stringify({ round, peer, ...result }))
      }
    }
  }
}

function median(list: readonly number[]): number {
  return list.toSorted((a, b) => a - b)[list.length >> 1] ?? 0
}

for (const mode of modes) {
  for (const size of sizes) {
    const cells = peers.map((peer) => {
      const results = figures.get(`${mode} ${size} ${peer}`) ?? []
      return {
        peer,
        rate: median(results.map((result) => result.megabytesPerSecond)),
        p50: median(results.map((result) => result.p50Ms ?? 0)),
        p99: median(results.map((result) => result.p99Ms ?? 0))
      }
    })
    const [first, second] = cells
    const text = cells.map((cell) =>
      mode === 'latency'
        ? `${cell.peer} p50 ${cell.p50.toFixed(2)} p99 ${cell.p99.toFixed(2)} ms`
        : `${cell.peer} ${cell.rate.toFixed(0)} MB/s`
    )
    const ratio = first && second && mode !== 'latency' ? `  x${(first.rate / second.rate).toFixed(2)}` : ''
    console.log(`${mode} ${size} B: ${text.join(', ')}${ratio}`)
  }
}
