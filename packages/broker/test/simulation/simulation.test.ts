/** A few seeds with every check of the code; `npm run simulate` runs thousands. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { runSeed } from './simulation.ts'
import { SeedWorkers, type SeedReport } from './workers.ts'

const seeds = 8

it(`keeps what it acknowledged in ${seeds} seeds of trouble`, async () => {
  for (let seed = 1; seed <= seeds; seed++) {
    const result = await runSeed({ seed })
    assert.deepEqual(result.anomalies, [], `npm run simulate -- --seed ${seed}`)
    assert.ok(
      result.refused !== undefined || result.operations >= 500,
      `seed ${seed} has ${result.operations} operations`
    )
    assert.ok(result.crashes > 0, `seed ${seed} has no crash`)
    assert.ok(result.rotten || result.healMs !== undefined, `seed ${seed} did not heal`)
  }
})

it('gives one trace for one seed, here and in another process', async () => {
  const reports: SeedReport[] = []
  using workers = new SeedWorkers(1)
  await workers.run({ from: 3, seeds: 2 }, (report) => reports.push(report))
  for (const { seed, result } of reports) {
    const { traceHash, events } = await runSeed({ seed })
    assert.equal(result?.traceHash, traceHash, `seed ${seed}`)
    assert.equal(result?.events, events)
  }
  assert.equal(reports.length, 2)
})
