/** What the generated codec shares: the checks of fields that a version lacks or does not allow to be null. */
import { EncodeError } from '@naru/base'

/** The default of byte fields. */
export const EMPTY_BYTES = new Uint8Array(0)

/** A value cannot be sent because the version has no field for it, and dropping it would change the meaning. */
export function absentField(field: string, version: number): EncodeError {
  return new EncodeError(`${field} has a value, but version ${version} has no such field`)
}

/** The value of a field that must not be null in this version. */
export function required<T>(value: T | null, field: string, version: number): T {
  if (value === null) throw new EncodeError(`${field} must not be null in version ${version}`)
  return value
}
