/**
 * What services have agreed on: for each event and version who writes it, who reads it, and the JSON Schema of each.
 * The contracts of all services lie in one compacted topic, so that every team sees them.
 */
import type { JsonSchema } from '../event/json-schema.ts'
import { type Break, findBreaks } from './accepts.ts'

export const CONTRACTS_TOPIC = 'naru.contracts'

export type ContractRole = 'writer' | 'reader'

export interface Contract {
  readonly event: string
  readonly version: number
  readonly role: ContractRole
  readonly service: string
  readonly topic: string
  readonly schema: JsonSchema
  readonly description?: string | undefined
  /** RFC 3339. */
  readonly since: string
}

export interface ContractBreak extends Break {
  /** The contract of somebody else that the new one does not go with. */
  readonly against: Contract
  /** What would break: that one's reading, or the new one's. */
  readonly reader: Contract
}

/** The key of a contract in the topic. */
export function contractKey({ event, version, role, service }: Contract): string {
  return `${event}/${version}/${role}/${service}`
}

/** Undefined for records that are no contracts. */
export function parseContract(value: Uint8Array): Contract | undefined {
  try {
    const found: unknown = JSON.parse(
      Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8')
    )
    return isContract(found) ? found : undefined
  } catch {
    return undefined
  }
}

function isContract(value: unknown): value is Contract {
  if (typeof value !== 'object' || value === null) return false
  const { event, version, role, service, topic, schema } = value as Partial<Record<keyof Contract, unknown>>
  const areTexts = [event, service, topic].every((text) => typeof text === 'string')
  const isRole = role === 'writer' || role === 'reader'
  return areTexts && isRole && typeof version === 'number' && typeof schema === 'object' && schema !== null
}

/**
 * What a new contract breaks among those that are there. A writer has to be accepted by all readers of its event; a
 * reader has to accept all writers; and two writers of one event have to accept each other, so that who reads one
 * reads the other.
 */
export function contractBreaks(added: Contract, present: readonly Contract[]): readonly ContractBreak[] {
  const key = contractKey(added)
  const others = present.filter(
    (other) =>
      other.event === added.event &&
      other.topic === added.topic &&
      contractKey(other) !== key &&
      // Versions that the same service had before and has no more say nothing about today.
      !(other.role === 'reader' && added.role === 'reader')
  )
  return others.flatMap((against) => {
    const pairs: Array<readonly [Contract, Contract]> = []
    if (added.role === 'reader') pairs.push([added, against])
    else if (against.role === 'reader') pairs.push([against, added])
    else pairs.push([against, added], [added, against])
    return pairs.flatMap(([reader, writer]) =>
      findBreaks(reader.schema, writer.schema).map((found) => ({ ...found, against, reader }))
    )
  })
}

/** One sentence about one break. */
export function describeBreak(added: Contract, { field, reason, against, reader }: ContractBreak): string {
  const place = field === '' ? 'the payload' : field
  const own = `${added.event} version ${added.version}`
  const other = `version ${against.version} of ${against.service} (${against.role})`
  const who = reader === added ? `cannot read what ${other} writes` : `cannot be read by ${other}`
  return `${own} ${who}: ${place} ${reason}`
}
