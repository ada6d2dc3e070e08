/** What commands say of a data folder that they cannot open, and the next step. */
import { errorCode, type Disk } from '@naru/base'
import { ExitCode } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import type { MessageKey, Messages } from '../i18n/messages.ts'
import type { Setting } from '../program.ts'

export type Sentences = Readonly<Partial<Record<string, MessageKey>>>

export interface FailedFolder {
  readonly disk: Disk
  readonly data: string
  /** What was to be done with the data. */
  readonly command: string
  /** Codes that only this command meets. */
  readonly sentences?: Sentences
  /** For those sentences. */
  readonly values?: Readonly<Record<string, string>>
  /** Of codes that no folder is refused with. */
  readonly exitCode: (code: string) => ExitCode
}

const folderSentences: Sentences = {
  LOCKED: 'serve.locked',
  NEWER_FORMAT: 'serve.newer-format',
  OLDER_FORMAT: 'doctor.older-format',
  NO_DATA_FOLDER: 'doctor.no-data-folder',
  ENOENT: 'doctor.no-data-folder'
}

const refusing = new Set(['LOCKED', 'NEWER_FORMAT', 'OLDER_FORMAT'])

export async function folderFailure(
  { messages }: Setting,
  error: unknown,
  { disk, data, command, sentences = {}, values = {}, exitCode }: FailedFolder
): Promise<Failure> {
  const code = errorCode(error) ?? ''
  const reason = error instanceof Error ? error.message : String(error)
  const sentence = sentences[code] ?? folderSentences[code] ?? 'doctor.unreadable'
  const next = await nextStep(messages, { disk, data, code, command })
  return new Failure(
    refusing.has(code) ? ExitCode.refused : exitCode(code),
    messages.lookup(sentence, { ...values, data, reason }),
    { ...next, cause: error }
  )
}

/** Empty for other errors. Whoever keeps other things beside the data has it in `broker`. */
async function nextStep(
  messages: Messages,
  { disk, data, code, command }: Pick<FailedFolder, 'disk' | 'data' | 'command'> & { readonly code: string }
): Promise<{ readonly next?: string }> {
  if (code === 'LOCKED') return { next: messages.text('next.stop-broker') }
  if (code !== 'NO_DATA_FOLDER' && code !== 'ENOENT') return {}
  const folder = `${data}/broker`
  const entries = await disk.list(folder).catch(() => [])
  const isMeant = entries.some(({ name }) => name === 'format')
  return { next: messages.lookup(isMeant ? 'doctor.next.meant' : 'doctor.next.no-data', { command, folder }) }
}
