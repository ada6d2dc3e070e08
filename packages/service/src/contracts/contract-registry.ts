/** Reads and writes the topic of contracts. */
import { type CallOptions, type Client, bytesCodec, stringCodec } from '@naru/client'
import { ServiceError } from '../errors.ts'
import { ensureTopic } from '../runtime/topic-setup.ts'
import {
  CONTRACTS_TOPIC,
  type Contract,
  contractBreaks,
  contractKey,
  describeBreak,
  parseContract
} from './contract.ts'

/** All contracts that are there now, sorted by event, version, role and service; none where there is no topic. */
export async function readContracts(client: Client, options: CallOptions = {}): Promise<readonly Contract[]> {
  const [found] = await client.admin.describeTopics([CONTRACTS_TOPIC], options)
  if (found === undefined || 'error' in found) return []
  const contracts = new Map<string, Contract>()
  const consumer = client.consumer({
    topics: CONTRACTS_TOPIC,
    from: 'earliest',
    to: 'end',
    key: stringCodec,
    value: bytesCodec,
    ...(options.signal === undefined ? {} : { signal: options.signal })
  })
  for await (const { key, value } of consumer.records()) {
    if (key === null) continue
    const contract = value === null ? undefined : parseContract(value)
    if (contract === undefined) contracts.delete(key)
    else contracts.set(key, contract)
  }
  return [...contracts.values()].sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))
}

/**
 * Registers what a service writes and reads, after checking that it goes with what is there; throws
 * INCOMPATIBLE_CONTRACT with the field, and registers nothing, when it does not. What the service has registered
 * before for the same events in other versions, and no longer names, is withdrawn.
 */
export async function registerContracts(
  client: Client,
  added: readonly Contract[],
  replicationFactor?: number
): Promise<void> {
  if (added.length === 0) return
  const wanted = { topic: CONTRACTS_TOPIC, partitions: 1, replicationFactor }
  await ensureTopic(client.admin, { ...wanted, configs: { 'cleanup.policy': 'compact' } }, true, {})
  const present = await readContracts(client)
  const withdrawn = present.filter((contract) => isWithdrawn(contract, added))
  const staying = present.filter((contract) => !withdrawn.includes(contract))
  for (const contract of added) {
    const [first] = contractBreaks(contract, [...staying, ...added])
    if (first === undefined) continue
    const message = describeBreak(contract, first)
    throw new ServiceError('INCOMPATIBLE_CONTRACT', message, { field: first.field })
  }
  const changed = added.filter((contract) => !present.some((other) => isSame(contract, other)))
  const records = [
    ...withdrawn.map((contract) => ({ key: contractKey(contract), value: null })),
    ...changed.map((contract) => ({
      key: contractKey(contract),
      value: Buffer.from(JSON.stringify(contract), 'utf8')
    }))
  ]
  if (records.length === 0) return
  const producer = client.producer({ key: stringCodec, value: bytesCodec })
  await producer.send(CONTRACTS_TOPIC, records)
}

function isWithdrawn(contract: Contract, added: readonly Contract[]): boolean {
  const own = added.filter(
    ({ service, event, role }) =>
      service === contract.service && event === contract.event && role === contract.role
  )
  // A reader that reads a version no more is gone; what a writer wrote stays in the topic and has to be read.
  return (
    contract.role === 'reader' && own.length > 0 && !own.some(({ version }) => version === contract.version)
  )
}

function isSame(one: Contract, other: Contract): boolean {
  return (
    contractKey(one) === contractKey(other) &&
    one.topic === other.topic &&
    one.description === other.description &&
    JSON.stringify(one.schema) === JSON.stringify(other.schema)
  )
}

function sortKey({ event, version, role, service }: Contract): string {
  return [event, String(version).padStart(6, '0'), role === 'writer' ? '0' : '1', service].join('\n')
}
