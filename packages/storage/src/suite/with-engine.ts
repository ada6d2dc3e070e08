/** Opens an engine for one case and disposes of it however the case ends. */
import type { OpenSuiteEngine, SuiteEngine, SuiteOptions } from './engine.ts'

export async function withEngine(
  open: OpenSuiteEngine,
  options: SuiteOptions,
  work: (engine: SuiteEngine) => Promise<void>
): Promise<void> {
  const engine = await open(options)
  try {
    await work(engine)
  } finally {
    await engine.dispose()
  }
}
