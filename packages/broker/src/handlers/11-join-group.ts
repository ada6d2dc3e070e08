/**
 * JoinGroup: lets a member into a group of the classic protocol, and answers when the next generation stands.
 *
 * - The answer comes when all members have joined, or the rebalance timeout is over; the first members of an
 *   empty group wait `group.initial.rebalance.delay.ms` for each other. Only the leader is told the members.
 * - A session timeout outside of `group.min.session.timeout.ms` and `group.max.session.timeout.ms` is
 *   INVALID_SESSION_TIMEOUT; a group of `group.max.size` members is GROUP_MAX_SIZE_REACHED.
 * - Version 0 has no rebalance timeout: the session timeout stands for it. From version 4 a new dynamic member is
 *   sent back with its id (MEMBER_ID_REQUIRED, KIP-394). From version 5 members may be static (KIP-345): one that
 *   comes back takes its old place. Before version 7 the protocol name is '' where it is null later. Version 8
 *   brings a reason, which is logged. From version 9 a returning leader is told to keep its assignment (KIP-814).
 * - Left out: members of the newer consumer protocol (KIP-848) in the same group.
 */
import {
  JOIN_GROUP,
  type JoinGroupRequest,
  type JoinGroupResponse
} from '@naru/protocol/messages/11-join-group'
import { groupsOf } from '../groups/index.ts'
import type { JoinResult } from '../groups/results.ts'
import type { ApiHandler, RequestContext } from '../handler.ts'

const REBALANCE_TIMEOUT_FROM = 1
const MEMBER_ID_REQUIRED_FROM = 4
const NULL_PROTOCOL_FROM = 7
const SKIP_ASSIGNMENT_FROM = 9

export const handler: ApiHandler<JoinGroupRequest, JoinGroupResponse> = {
  message: JOIN_GROUP,
  permission: 'group:read',
  handle
}

function handle(
  context: RequestContext,
  request: JoinGroupRequest
): JoinGroupResponse | Promise<JoinGroupResponse> {
  const { version } = context
  const { sessionTimeoutMs } = request
  const result = groupsOf(context.broker).join({
    groupId: request.groupId,
    memberId: request.memberId,
    groupInstanceId: request.groupInstanceId,
    clientId: context.clientId ?? '',
    // As Java prints an address, which is what Kafka's tools expect.
    clientHost: `/${context.client.remoteAddress}`,
    sessionTimeoutMs,
    rebalanceTimeoutMs: version < REBALANCE_TIMEOUT_FROM ? sessionTimeoutMs : request.rebalanceTimeoutMs,
    protocolType: request.protocolType,
    // The request is a view of the receive buffer, which a member must not hold on to.
    protocols: request.protocols.map(({ name, metadata }) => ({ name, metadata: new Uint8Array(metadata) })),
    reason: request.reason,
    requiresMemberId: version >= MEMBER_ID_REQUIRED_FROM,
    skipsAssignment: version >= SKIP_ASSIGNMENT_FROM
  })
  if (result instanceof Promise) return result.then((settled) => answer(settled, version))
  return answer(result, version)
}

function answer({ error, ...result }: JoinResult, version: number): JoinGroupResponse {
  const protocolName = result.protocolName ?? (version < NULL_PROTOCOL_FROM ? '' : null)
  return { throttleTimeMs: 0, errorCode: error, ...result, protocolName }
}
