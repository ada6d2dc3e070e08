/** Why a broker did not start, as one sentence and the next step. */
import { errorCode } from '@naru/base'
import { type ExitCode, ExitCode as Exit, exitCodeOf } from '../../exit-codes.ts'
import { Failure } from '../../failure.ts'
import type { MessageKey, Messages } from '../../i18n/messages.ts'
import { formatAddress } from '../../values/address.ts'
import { SERVE_DEFAULTS, type ServeSettings } from './settings.ts'

interface Row {
  readonly sentence: MessageKey
  readonly next: MessageKey
  readonly exitCode?: ExitCode
}

const LISTENING: Readonly<Partial<Record<string, Row>>> = {
  EADDRINUSE: { sentence: 'serve.port-in-use', next: 'serve.next.port-in-use' },
  EADDRNOTAVAIL: { sentence: 'serve.not-our-address', next: 'serve.next.not-our-address' },
  ENOTFOUND: {
    sentence: 'serve.not-our-address',
    next: 'serve.next.not-our-address',
    exitCode: Exit.refused
  },
  EACCES: { sentence: 'serve.port-not-allowed', next: 'serve.next.port-not-allowed' }
}

const FOLDER: Readonly<Partial<Record<string, Row>>> = {
  LOCKED: { sentence: 'serve.locked', next: 'serve.next.locked' },
  EACCES: { sentence: 'serve.not-writable', next: 'serve.next.not-writable' },
  EPERM: { sentence: 'serve.not-writable', next: 'serve.next.not-writable' },
  EROFS: { sentence: 'serve.not-writable', next: 'serve.next.not-writable' },
  ENOTDIR: { sentence: 'serve.not-a-folder', next: 'serve.next.not-a-folder', exitCode: Exit.refused },
  EEXIST: { sentence: 'serve.not-a-folder', next: 'serve.next.not-a-folder', exitCode: Exit.refused },
  ENOSPC: { sentence: 'serve.disk-full', next: 'serve.next.disk-full' },
  EDQUOT: { sentence: 'serve.disk-full', next: 'serve.next.disk-full' },
  EMFILE: { sentence: 'serve.too-many-files', next: 'serve.next.too-many-files' },
  FOREIGN_FOLDER: {
    sentence: 'serve.foreign-folder',
    next: 'serve.next.foreign-folder',
    exitCode: Exit.refused
  },
  UNFINISHED_IMPORT: {
    sentence: 'serve.unfinished-import',
    next: 'serve.next.unfinished-import',
    exitCode: Exit.refused
  },
  NEWER_FORMAT: { sentence: 'serve.newer-format', next: 'serve.next.newer-format', exitCode: Exit.refused },
  FORMAT_DAMAGED: { sentence: 'serve.damaged', next: 'serve.next.damaged' },
  CHECKPOINT_DAMAGED: { sentence: 'serve.damaged', next: 'serve.next.damaged' },
  JOURNAL_MISSING: { sentence: 'serve.damaged', next: 'serve.next.damaged' },
  JOURNAL_DAMAGED: { sentence: 'serve.damaged', next: 'doctor.next.repair' },
  OLDER_FORMAT: {
    sentence: 'doctor.older-format',
    next: 'serve.next.foreign-folder',
    exitCode: Exit.refused
  },
  METADATA_DAMAGED: { sentence: 'serve.damaged', next: 'serve.next.damaged' },
  FOREIGN_PARTITION: { sentence: 'serve.damaged', next: 'serve.next.damaged' }
}

/**
 * `during` tells a folder that may not be written from a port that may not be used: both are EACCES. For `metrics`,
 * `listen` of the settings is their address.
 */
export function startFailure(
  error: unknown,
  during: 'folder' | 'listening' | 'metrics',
  settings: ServeSettings,
  messages: Messages
): Failure {
  if (error instanceof Failure) return error
  const code = errorCode(error)
  const reason = error instanceof Error ? error.message : String(error)
  const row = (during === 'folder' ? FOLDER : LISTENING)[code ?? '']
  const values = {
    data: settings.data,
    address: formatAddress(settings.listen),
    port: settings.listen.port,
    otherPort: otherPort(settings.listen.port),
    options: settings.data === SERVE_DEFAULTS.data ? '' : ` --data ${settings.data}`,
    reason
  }
  if (row === undefined) {
    return new Failure(exitCodeOf(code), messages.text('serve.failed', { reason }), { cause: error })
  }
  return new Failure(row.exitCode ?? exitCodeOf(code), messages.lookup(row.sentence, values), {
    next: messages.lookup(during === 'metrics' ? 'serve.next.metrics' : row.next, values),
    cause: error
  })
}

/** One that people remember, and that exists. */
function otherPort(port: number): number {
  return port < 65_535 - 10 ? port + 10 : port - 10
}
