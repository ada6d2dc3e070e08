/** Checks that several requests share: is this a member, is it this one, does the id make sense. */
import { ErrorCode } from '@naru/protocol'
import type { ClassicGroup } from './group.ts'
import { RECORD_TEXT_BYTES_MAX } from './limits.ts'

/** Whether a request may speak for this member; a static member that was replaced is told so (KIP-345). */
export function memberError(
  group: ClassicGroup,
  memberId: string,
  groupInstanceId: string | null
): ErrorCode | undefined {
  if (groupInstanceId !== null) {
    const current = group.staticMembers.get(groupInstanceId)
    if (current === undefined) return ErrorCode.UNKNOWN_MEMBER_ID
    if (current !== memberId) return ErrorCode.FENCED_INSTANCE_ID
  }
  return group.members.has(memberId) ? undefined : ErrorCode.UNKNOWN_MEMBER_ID
}

/** As `memberError`, and the request must be of the current generation. */
export function generationError(
  group: ClassicGroup,
  request: {
    readonly memberId: string
    readonly groupInstanceId: string | null
    readonly generationId: number
  }
): ErrorCode | undefined {
  const error = memberError(group, request.memberId, request.groupInstanceId)
  if (error !== undefined) return error
  return request.generationId === group.generationId ? undefined : ErrorCode.ILLEGAL_GENERATION
}

/** Members need a group with a name; offsets may be kept under the empty one, as very old clients do. */
export function groupIdError(groupId: string, mayBeEmpty: boolean): ErrorCode | undefined {
  if (groupId === '' && !mayBeEmpty) return ErrorCode.INVALID_GROUP_ID
  return fitsRecord(groupId) ? undefined : ErrorCode.INVALID_GROUP_ID
}

/** Whether a text is short enough for a record. */
export function fitsRecord(text: string): boolean {
  // A UTF-16 unit takes three bytes at most, so that most texts need not be counted.
  return text.length * 3 <= RECORD_TEXT_BYTES_MAX || Buffer.byteLength(text) <= RECORD_TEXT_BYTES_MAX
}
