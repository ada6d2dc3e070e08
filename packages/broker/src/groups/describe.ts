/** DescribeGroups and ListGroups: what a living group looks like from outside. */
import { ErrorCode } from '@naru/protocol'
import { GroupState, type ClassicGroup } from './group.ts'
import { NO_BYTES } from './member.ts'
import type { DescribedGroup, ListedGroup } from './results.ts'

/** Metadata and protocol are told of a stable group only: in the others they may be about to change. */
export function describe(group: ClassicGroup): DescribedGroup {
  const protocol = group.state === GroupState.stable ? (group.protocolName ?? '') : undefined
  return {
    error: ErrorCode.NONE,
    groupId: group.groupId,
    state: group.state,
    protocolType: group.protocolType ?? '',
    protocolData: protocol ?? '',
    members: [...group.members.values()].map((member) => ({
      memberId: member.memberId,
      groupInstanceId: member.groupInstanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      metadata: protocol === undefined ? NO_BYTES : member.metadata(protocol),
      assignment: member.assignment
    }))
  }
}

/** Filters as ListGroups has them: empty lists let everything through, case does not matter. */
export interface ListFilter {
  readonly states: readonly string[]
  readonly types: readonly string[]
}

export function list(groups: Iterable<ClassicGroup>, filter: ListFilter): ListedGroup[] {
  const states = lowerCased(filter.states)
  const types = lowerCased(filter.types)
  if (types.size > 0 && !types.has('classic')) return []
  const listed: ListedGroup[] = []
  for (const { groupId, state, protocolType } of groups) {
    if (states.size > 0 && !states.has(state.toLowerCase())) continue
    listed.push({ groupId, protocolType: protocolType ?? '', state, type: 'classic' })
  }
  return listed
}

function lowerCased(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.map((name) => name.toLowerCase().trim()))
}
