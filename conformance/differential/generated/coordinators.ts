// Waits until a broker has made the topics of its coordinators and loaded all of their partitions: before that Kafka
// answers that it is not the coordinator.

import { setTimeout as sleep } from 'node:timers/promises'
import { FIND_COORDINATOR } from '@naru/protocol/messages/10-find-coordinator'
import { DESCRIBE_GROUPS } from '@naru/protocol/messages/15-describe-groups'
import { INIT_PRODUCER_ID } from '@naru/protocol/messages/22-init-producer-id'
import { DESCRIBE_TRANSACTIONS } from '@naru/protocol/messages/65-describe-transactions'
import type { RunningBroker } from '../../broker.ts'
import { completed } from '../defaults.ts'
import { Wire } from '../wire.ts'

/** COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR */
const NOT_YET = new Set([14, 15, 16])
/** Enough names to meet each of the 50 partitions. */
const NAMES = Array.from({ length: 500 }, (_, index) => `warm-${index}`)

export async function coordinatorsReady({ host, port }: RunningBroker): Promise<void> {
  const wire = new Wire({ host, port, clientId: 'generated' })
  while (!(await areReady(wire))) await sleep(100)
  wire.close()
}

async function areReady(wire: Wire): Promise<boolean> {
  const codes: number[] = []
  for (const keyType of [0, 1]) {
    const request = completed<never>(FIND_COORDINATOR.key, { coordinatorKeys: ['warm'], keyType } as never)
    const found = await wire.send(FIND_COORDINATOR, request, { version: 4 })
    if (found.kind === 'answered')
      codes.push(...found.response.coordinators.map(({ errorCode }) => errorCode))
  }
  const described = await wire.send(
    DESCRIBE_GROUPS,
    { groups: NAMES, includeAuthorizedOperations: false },
    { version: 5 }
  )
  if (described.kind === 'answered')
    codes.push(...described.response.groups.map(({ errorCode }) => errorCode))
  const states = await wire.send(DESCRIBE_TRANSACTIONS, { transactionalIds: NAMES }, { version: 0 })
  if (states.kind === 'answered')
    codes.push(...states.response.transactionStates.map(({ errorCode }) => errorCode))
  const identity = { transactionalId: null, transactionTimeoutMs: 0 }
  const producer = await wire.send(
    INIT_PRODUCER_ID,
    completed<never>(INIT_PRODUCER_ID.key, identity as never),
    { version: 4 }
  )
  if (producer.kind === 'answered') codes.push(producer.response.errorCode)
  return codes.length > NAMES.length * 2 && codes.every((code) => !NOT_YET.has(code))
}
