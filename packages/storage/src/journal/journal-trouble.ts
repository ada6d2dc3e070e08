/** Which trouble with the disk passes, and which one is final. */
import { errorCode } from '@naru/base'

/** The journal cannot be trusted any more: the process has to stop. */
export class JournalBroken extends Error {
  readonly code: string | undefined

  constructor(cause: unknown) {
    super('the journal cannot be written any more', { cause })
    this.code = errorCode(cause)
  }
}

const passingCodes = new Set(['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE'])

/** Trouble that goes away when somebody frees space or files: only the group at hand fails. */
export function isPassing(error: unknown): boolean {
  if (error instanceof JournalBroken) return false
  const code = errorCode(error)
  return code !== undefined && passingCodes.has(code)
}
