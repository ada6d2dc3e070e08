/** What the command's end tells a script. The same table is in the README. */

export const ExitCode = {
  ok: 0,
  failed: 1,
  /** A wrong option, argument or setting: nothing was tried. */
  usage: 2,
  /** The topic, group, partition or offset is not there. */
  notFound: 3,
  /** Somebody said no: exists already, not empty, not allowed, not valid, in use. */
  refused: 4,
  unreachable: 5,
  timeout: 6,
  interrupted: 130
} as const

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]

const NOT_FOUND = new Set([
  'UNKNOWN_TOPIC_OR_PARTITION',
  'UNKNOWN_TOPIC_ID',
  'GROUP_ID_NOT_FOUND',
  'OFFSET_OUT_OF_RANGE',
  'RESOURCE_NOT_FOUND',
  'ENOENT'
])

const REFUSED = new Set([
  'TOPIC_ALREADY_EXISTS',
  'NON_EMPTY_GROUP',
  'UNKNOWN_MEMBER_ID',
  'GROUP_MAX_SIZE_REACHED',
  'GROUP_SUBSCRIBED_TO_TOPIC',
  'INCONSISTENT_GROUP_PROTOCOL',
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'POLICY_VIOLATION',
  'TOPIC_DELETION_DISABLED',
  'SECURITY_DISABLED',
  'NOT_ENOUGH_REPLICAS',
  'UNSUPPORTED_VERSION',
  'UNSUPPORTED_COMPRESSION_TYPE',
  'EADDRINUSE',
  'EADDRNOTAVAIL',
  'EACCES',
  'EPERM',
  'EROFS',
  'LOCKED'
])

const UNREACHABLE = new Set(['UNREACHABLE', 'BROKER_NOT_AVAILABLE', 'NETWORK_EXCEPTION'])
const TIMEOUT = new Set(['TIMEOUT', 'REQUEST_TIMED_OUT'])

/** The exit code for an error's code, by Kafka's or the system's name. */
export function exitCodeOf(code: string | undefined): ExitCode {
  if (code === undefined) return ExitCode.failed
  if (code === 'INVALID_OPTION') return ExitCode.usage
  if (NOT_FOUND.has(code)) return ExitCode.notFound
  if (REFUSED.has(code) || /^INVALID_|AUTHORIZATION_FAILED$|AUTHENTICATION_FAILED$/.test(code)) {
    return ExitCode.refused
  }
  if (UNREACHABLE.has(code)) return ExitCode.unreachable
  return TIMEOUT.has(code) ? ExitCode.timeout : ExitCode.failed
}
