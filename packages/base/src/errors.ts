/** The base of every error that Naru throws on purpose. */

export interface NaruErrorOptions {
  /** Whether the same call may succeed later without a change by the caller. */
  readonly retriable?: boolean
  readonly cause?: unknown
}

/** Compare `code`; the message is for people. Further facts (`topic`, `path`, ...) are properties of subclasses. */
export class NaruError extends Error {
  readonly code: string
  readonly retriable: boolean

  constructor(code: string, message: string, options: NaruErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'NaruError'
    this.code = code
    this.retriable = options.retriable ?? false
  }
}

/** Trouble with a file or folder; `code` is the operating system's (`ENOSPC`, `EIO`, `ENOENT`, ...). */
export class DiskError extends NaruError {
  readonly path: string
  readonly operation: string

  constructor(details: { code: string; operation: string; path: string; cause?: unknown }) {
    super(details.code, `${details.operation} ${details.path}: ${details.code}`, {
      retriable: details.code === 'ENOSPC' || details.code === 'EMFILE',
      cause: details.cause
    })
    this.name = 'DiskError'
    this.path = details.path
    this.operation = details.operation
  }
}

/** The `code` of an error of any origin, when it has one. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
