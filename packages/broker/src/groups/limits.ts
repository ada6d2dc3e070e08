/** Every bound of the group coordinator in one place, with its unit and what happens when it is reached. */

/** Groups that one broker keeps; a join is refused with GROUP_MAX_SIZE_REACHED, a commit with POLICY_VIOLATION. */
export const GROUPS_MAX = 10_000
/** Protocols that one member may offer; a join with more is refused with INCONSISTENT_GROUP_PROTOCOL. */
export const MEMBER_PROTOCOLS_MAX = 64
/** Bytes of metadata that one member may bring in all its protocols together; more is refused with MESSAGE_TOO_LARGE. */
export const MEMBER_METADATA_BYTES_MAX = 256 * 1024
/** Offsets of open transactions in one slot; a commit beyond is refused with POLICY_VIOLATION. */
export const PENDING_OFFSETS_MAX = 500_000
/** UTF-8 bytes of a text in a record; a longer group id is refused with INVALID_GROUP_ID, others with INVALID_REQUEST. */
export const RECORD_TEXT_BYTES_MAX = 0x7fff
/** Milliseconds until a rebalance in which nobody has joined is looked at again, whatever timeout its members have. */
export const IDLE_REBALANCE_MS_MIN = 1000
/** Milliseconds after which a join is given up whose member has not had an answer yet (the same constant as Kafka's). */
export const NEW_MEMBER_JOIN_MS_MAX = 5 * 60_000
