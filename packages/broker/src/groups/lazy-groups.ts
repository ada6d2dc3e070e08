/** Loads the code of the groups once, in the background; whoever comes after that gets it without a turn of the loop. */
import type * as Groups from './index.ts'

let loaded: typeof Groups | undefined

/** Resolves when `withGroups` will call at once; for simulations, in which nothing may depend on the real disk. */
export async function loadGroups(): Promise<void> {
  loaded ??= await import('./index.ts')
}

/** Calls with the code of the groups, at once when it has been loaded. */
export function withGroups(call: (groups: typeof Groups) => void, failed: (error: unknown) => void): void {
  if (loaded !== undefined) return call(loaded)
  loadGroups()
    .then(() => withGroups(call, failed))
    .catch(failed)
}
