/** What the coordinator answers, apart from how the versions of the protocol write it. */
import { ErrorCode } from '@naru/protocol'

export interface JoinResultMember {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly metadata: Uint8Array
}

export interface JoinResult {
  readonly error: ErrorCode
  readonly memberId: string
  readonly generationId: number
  readonly protocolType: string | null
  readonly protocolName: string | null
  readonly leader: string
  /** KIP-814: the leader shall keep the assignment that it made before. */
  readonly skipAssignment: boolean
  /** All members for the leader, none for the others. */
  readonly members: readonly JoinResultMember[]
}

export function joinError(error: ErrorCode, memberId: string): JoinResult {
  return {
    error,
    memberId,
    generationId: -1,
    protocolType: null,
    protocolName: null,
    leader: '',
    skipAssignment: false,
    members: []
  }
}

export interface SyncResult {
  readonly error: ErrorCode
  readonly protocolType: string | null
  readonly protocolName: string | null
  readonly assignment: Uint8Array
}

const NO_ASSIGNMENT = new Uint8Array(0)

export function syncError(error: ErrorCode): SyncResult {
  return { error, protocolType: null, protocolName: null, assignment: NO_ASSIGNMENT }
}

export interface LeaveResultMember {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly error: ErrorCode
}

export interface LeaveResult {
  readonly error: ErrorCode
  readonly members: readonly LeaveResultMember[]
}

export interface PartitionError {
  readonly partition: number
  readonly error: ErrorCode
}

/** Topics and partitions keep the order of the request. */
export interface TopicErrors {
  readonly topic: string
  readonly partitions: readonly PartitionError[]
}

/** A commit or a deletion of offsets: an error for all of it, or one per partition. */
export interface OffsetsResult {
  readonly error: ErrorCode
  readonly topics: readonly TopicErrors[]
}

export interface FetchedOffset {
  readonly partition: number
  /** -1 when nothing is committed. */
  readonly offset: number
  readonly leaderEpoch: number
  readonly metadata: string
  /** UNSTABLE_OFFSET_COMMIT while a transaction that commits it is open and only stable offsets were asked for. */
  readonly error: ErrorCode
}

export interface FetchedTopic {
  readonly topic: string
  readonly partitions: readonly FetchedOffset[]
}

export interface FetchOffsetsResult {
  readonly error: ErrorCode
  readonly topics: readonly FetchedTopic[]
}

export interface DescribedMember {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  readonly metadata: Uint8Array
  readonly assignment: Uint8Array
}

export interface DescribedGroup {
  /** GROUP_ID_NOT_FOUND when there is no such group; versions before 6 tell that as state Dead without an error. */
  readonly error: ErrorCode
  readonly groupId: string
  readonly state: string
  readonly protocolType: string
  readonly protocolData: string
  readonly members: readonly DescribedMember[]
}

export function describeError(error: ErrorCode, groupId: string): DescribedGroup {
  const state = error === ErrorCode.GROUP_ID_NOT_FOUND ? 'Dead' : ''
  return { error, groupId, state, protocolType: '', protocolData: '', members: [] }
}

export interface DeletedGroup {
  readonly groupId: string
  readonly error: ErrorCode
}

export interface ListedGroup {
  readonly groupId: string
  readonly protocolType: string
  readonly state: string
  readonly type: 'classic'
}

export interface ListResult {
  readonly error: ErrorCode
  readonly groups: readonly ListedGroup[]
}
