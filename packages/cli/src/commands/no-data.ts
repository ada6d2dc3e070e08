/** The next step where a folder holds no data: whoever keeps other things beside it has it in `broker`. */
import type { Disk } from '@naru/base'
import type { Messages } from '../i18n/messages.ts'

interface Looked {
  readonly disk: Disk
  readonly data: string
  /** Of the error. */
  readonly code: string
  /** What was to be done with the data. */
  readonly command: string
}

/** Empty for other errors. */
export async function noDataNext(
  messages: Messages,
  { disk, data, code, command }: Looked
): Promise<{ readonly next?: string }> {
  if (code !== 'NO_DATA_FOLDER' && code !== 'ENOENT') return {}
  const folder = `${data}/broker`
  const entries = await disk.list(folder).catch(() => [])
  const isMeant = entries.some(({ name }) => name === 'format')
  return { next: messages.lookup(isMeant ? 'doctor.next.meant' : 'doctor.next.no-data', { command, folder }) }
}
