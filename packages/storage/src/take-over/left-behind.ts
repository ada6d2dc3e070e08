/**
 * What Kafka's metadata holds and Naru does not take: it is counted, so that nobody believes that access rules still
 * hold after a take-over.
 */
import type { Reader } from '@naru/base'

export interface LeftBehind {
  readonly acls: number
  /** Passwords of users (SCRAM). */
  readonly users: number
  readonly quotas: number
  readonly delegationTokens: number
  /** Dynamic settings of the node itself, and of what clients report of themselves. */
  readonly settings: number
}

const Kind = {
  delegationToken: 10,
  user: 11,
  quota: 14,
  acl: 18,
  removeAcl: 19,
  removeUser: 22,
  removeDelegationToken: 26
} as const

export class LeftBehindCount {
  readonly #acls = new Set<string>()
  readonly #users = new Set<string>()
  readonly #quotas = new Set<string>()
  readonly #tokens = new Set<string>()

  /** Counts a record whose kind has been read. */
  apply(kind: number, reader: Reader): void {
    switch (kind) {
      case Kind.acl:
        this.#acls.add(reader.uuid())
        break
      case Kind.removeAcl:
        this.#acls.delete(reader.uuid())
        break
      case Kind.user:
        this.#users.add(userOf(reader))
        break
      case Kind.removeUser:
        this.#users.delete(userOf(reader))
        break
      case Kind.delegationToken:
        this.#tokens.add(tokenOf(reader))
        break
      case Kind.removeDelegationToken:
        this.#tokens.delete(reader.string(true))
        break
      case Kind.quota:
        this.#quota(reader)
    }
  }

  /** Who it is for, the name of the quota, its value, and whether it is taken away. */
  #quota(reader: Reader): void {
    const entity: string[] = []
    for (let left = reader.arrayLength(true, 3); left > 0; left--) {
      entity.push(reader.string(true), reader.nullableString(true) ?? '<default>')
      reader.skipTags()
    }
    const key = JSON.stringify([...entity, reader.string(true)])
    reader.float64()
    if (reader.boolean()) this.#quotas.delete(key)
    else this.#quotas.add(key)
  }

  counts(settings: number): LeftBehind {
    return {
      acls: this.#acls.size,
      users: this.#users.size,
      quotas: this.#quotas.size,
      delegationTokens: this.#tokens.size,
      settings
    }
  }
}

/** A user may have a password for each mechanism. */
function userOf(reader: Reader): string {
  const name = reader.string(true)
  return `${reader.int8()} ${name}`
}

/** The id stands behind owner, requester, renewers and three times. */
function tokenOf(reader: Reader): string {
  reader.string(true)
  reader.string(true)
  for (let left = reader.arrayLength(true, 1); left > 0; left--) reader.string(true)
  reader.skip(3 * 8)
  return reader.string(true)
}
