/**
 * FindCoordinator: which broker keeps a group or a transactional id.
 *
 * - The topic in which groups, or transactions, are kept is made by the first request that needs it, and the answer waits for that:
 *   COORDINATOR_NOT_AVAILABLE is for slots that nobody owns.
 * - From version 4 several keys at once; each has its own error there.
 * - Key type 0 is a group, 1 a transactional id. Share groups (2, from version 6) are not served yet: they, and
 *   types that nobody knows, are INVALID_REQUEST, as on an Apache Kafka without share groups.
 */
import { ErrorCode } from '@naru/protocol'
import {
  FIND_COORDINATOR,
  type Coordinator,
  type FindCoordinatorRequest,
  type FindCoordinatorResponse
} from '@naru/protocol/messages/10-find-coordinator'
import type { Owner } from '@naru/storage'
import type { BrokerContext } from '../context.ts'
import { groupsOf } from '../groups/index.ts'
import type { ApiHandler, RequestContext } from '../handler.ts'
import { lazyTransactionsOf } from '../transactions/lazy-transactions.ts'

const KEYS_FROM = 4
const KeyType = { group: 0, transaction: 1 } as const

export const handler: ApiHandler<FindCoordinatorRequest, FindCoordinatorResponse> = {
  message: FIND_COORDINATOR,
  permission: 'group:describe',
  handle
}

async function handle(
  context: RequestContext,
  request: FindCoordinatorRequest
): Promise<FindCoordinatorResponse> {
  const { keyType } = request
  if (context.version >= KEYS_FROM) {
    const coordinators = await Promise.all(request.coordinatorKeys.map((key) => find(context, keyType, key)))
    const answers = coordinators.map((coordinator) =>
      coordinator.errorCode === ErrorCode.NONE ? { ...coordinator, errorMessage: '' } : coordinator
    )
    return { ...noSingle, coordinators: answers }
  }
  const { key: _, ...single } = await find(context, keyType, request.key)
  return { throttleTimeMs: 0, ...single, coordinators: [] }
}

const noSingle = { throttleTimeMs: 0, errorCode: 0, errorMessage: null, nodeId: 0, host: '', port: 0 }

async function find(context: RequestContext, keyType: number, key: string): Promise<Coordinator> {
  const kind = kindOf(keyType)
  if (kind === undefined)
    return nobody(key, ErrorCode.INVALID_REQUEST, 'There is no coordinator of this key type.')
  const { broker, client } = context
  const owner = await ownerOf(broker, kind, key)
  const self = broker.endpoints.self(client)
  if (owner?.nodeId !== self.nodeId) {
    return nobody(key, ErrorCode.COORDINATOR_NOT_AVAILABLE, 'No broker coordinates this key right now.')
  }
  const { nodeId, host, port } = self
  // Up to version 3 Kafka names the absence of an error in the message too.
  return { key, nodeId, host, port, errorCode: ErrorCode.NONE, errorMessage: 'NONE' }
}

async function ownerOf(
  broker: BrokerContext,
  kind: 'group' | 'transaction',
  key: string
): Promise<Owner | undefined> {
  if (kind === 'group') return groupsOf(broker).owner(key)
  return (await lazyTransactionsOf(broker)).owner(key)
}

function kindOf(keyType: number): 'group' | 'transaction' | undefined {
  if (keyType === KeyType.group) return 'group'
  return keyType === KeyType.transaction ? 'transaction' : undefined
}

function nobody(key: string, errorCode: ErrorCode, errorMessage: string): Coordinator {
  return { key, nodeId: -1, host: '', port: -1, errorCode, errorMessage }
}
