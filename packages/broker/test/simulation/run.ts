import { runSeed } from './simulation.ts'
const [from = 1, to = from] = process.argv.slice(2).map(Number)
const log = process.env['TRACE'] === undefined ? undefined : (line: string) => console.log(line)
for (let seed = from; seed <= to; seed++) {
  const t = performance.now()
  try {
    const result = await runSeed({ seed, log })
    console.log(
      seed,
      (performance.now() - t).toFixed(0) + 'ms',
      JSON.stringify({ ...result, faults: undefined, anomalies: result.anomalies.length })
    )
    for (const anomaly of result.anomalies.slice(0, 5)) console.log('  ', JSON.stringify(anomaly))
    if (from === to) console.log(result.faults)
  } catch (error) {
    console.log(seed, 'FAILED', error)
  }
}
