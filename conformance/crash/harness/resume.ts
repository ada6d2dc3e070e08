/** How long the clients wait for their next acknowledgement. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Scene } from './scene.ts'
import type { Victim } from './victim.ts'

const lookEveryMs = 20

/** Milliseconds until something that is acknowledged from now on; the limit, and a finding, when nothing is. */
export async function resumedWithin(scene: Scene<Victim>, limitMs: number): Promise<number> {
  const begun = performance.now()
  const begunWall = Date.now()
  while (performance.now() - begun < limitMs) {
    if ((await scene.witness.count()).lastAckMs > begunWall) return Math.round(performance.now() - begun)
    await sleep(lookEveryMs)
  }
  scene.problems.push(`nothing was acknowledged for ${limitMs} ms`)
  return limitMs
}
