/** Rejects options that do not exist, because a misspelt one that is silently ignored costs an afternoon. */
import { NaruError, nearestName } from '@naru/base'

/** A call got an option that does not exist, or a value that it cannot take. */
export class OptionError extends NaruError {
  readonly option: string

  constructor(option: string, message: string) {
    super('INVALID_OPTION', message)
    this.name = 'OptionError'
    this.option = option
  }
}

/** Throws for the first option of `given` that is not in `known`, naming the nearest one that is. */
export function checkOptions(call: string, given: object, known: readonly string[]): void {
  for (const option of Object.keys(given)) {
    if (known.includes(option)) continue
    const nearest = nearestName(option, known)
    const hint = nearest === undefined ? `known are ${known.join(', ')}` : `did you mean "${nearest}"?`
    throw new OptionError(option, `${call} has no option "${option}"; ${hint}`)
  }
}

/** `given` over `defaults`; an option that is there with the value undefined counts as left out. */
export function withDefaults<D extends object, G extends object>(defaults: D, given: G): D & G {
  const set = Object.entries(given).filter(([, value]) => value !== undefined)
  return { ...defaults, ...(Object.fromEntries(set) as G) }
}
