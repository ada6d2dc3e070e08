/**
 * The folder that a take-over writes, until it is a data folder. A note in it says so: whoever was interrupted begins
 * again, without having to clear away the rest by hand.
 */
import { errorCode, NaruError, type Disk } from '@naru/base'
import { refuseForeignFolder, takingOverName } from '../local/format-file.ts'

/** What a take-over makes. Nothing else is ever removed. */
const FOLDERS = ['log', 'journal'] as const
const CHECKPOINT = /^checkpoint/

interface Place {
  readonly disk: Disk
  readonly target: string
  /** Kafka's folders, in which nothing is ever written. */
  readonly sources: readonly string[]
}

export class UnfinishedFolder {
  readonly #disk: Disk
  readonly #path: string
  readonly #sources: readonly string[]

  constructor({ disk, target, sources }: Place) {
    this.#disk = disk
    this.#path = target
    this.#sources = sources
  }

  /** Rejects with NOT_EMPTY or FOREIGN_FOLDER unless it is empty, or the rest of an earlier take-over. */
  async need(): Promise<void> {
    const path = this.#path
    const within = this.#sources.find((source) => path === source || path.startsWith(`${source}/`))
    // A folder that Kafka does not know keeps it from starting.
    if (within !== undefined) throw new NaruError('FOREIGN_FOLDER', `${path} lies in a folder of Kafka`)
    await this.#disk.makeDirectory(path)
    const names = await this.#names()
    if (names.includes('format')) throw new NaruError('NOT_EMPTY', `${path} holds data already`)
    if (!names.includes(takingOverName)) await refuseForeignFolder(this.#disk, path)
  }

  /** Removes what an earlier take-over has left. To be called under the lock of the folder. */
  async begin(): Promise<void> {
    const disk = this.#disk
    const path = this.#path
    // Whoever held the lock before may have come to the end.
    await this.need()
    const names = await this.#names()
    if (names.includes(takingOverName)) {
      for (const folder of FOLDERS) await removeTree(disk, `${path}/${folder}`)
      for (const name of names) if (CHECKPOINT.test(name)) await disk.remove(`${path}/${name}`)
      return
    }
    const note = await disk.open(`${path}/${takingOverName}`, { mode: 'create' })
    await note.close()
    await disk.syncDirectory(path)
  }

  async finish(): Promise<void> {
    await this.#disk.remove(`${this.#path}/${takingOverName}`)
  }

  async #names(): Promise<readonly string[]> {
    return (await this.#disk.list(this.#path)).map(({ name }) => name)
  }
}

async function removeTree(disk: Disk, path: string): Promise<void> {
  try {
    for (const { name, kind } of await disk.list(path)) {
      if (kind === 'directory') await removeTree(disk, `${path}/${name}`)
      else await disk.remove(`${path}/${name}`)
    }
    await disk.removeDirectory(path)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
  }
}
