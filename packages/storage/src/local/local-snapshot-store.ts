/**
 * Snapshots as files: `snapshots/<name>`, with the one before as `<name>.previous`. Each carries its offset and
 * a checksum; one that does not check is passed over.
 */
import { errorCode, readFully, writeFully, type Disk } from '@naru/base'
import { crc32c } from '@naru/protocol'
import type { Failpoint } from '../failpoints.ts'
import type { Snapshot, SnapshotStore } from '../ports/index.ts'

/** magic 8, offset i64, CRC-32C of offset and payload u32, payload */
const magic = Buffer.from('NARUSNP1')
const headerBytes = 20

export interface SnapshotPlace {
  readonly disk: Disk
  readonly directory: string
  readonly failpoint?: Failpoint | undefined
}

export class LocalSnapshotStore implements SnapshotStore {
  readonly #place: SnapshotPlace
  /** Saves of one name take turns. */
  readonly #last = new Map<string, Promise<void>>()

  constructor(place: SnapshotPlace) {
    this.#place = place
  }

  save(name: string, snapshot: Snapshot): Promise<void> {
    return this.#inTurn(name, () => this.#save(name, snapshot))
  }

  async load(name: string): Promise<Snapshot | undefined> {
    const path = this.#path(name)
    return (await this.#read(path)) ?? this.#read(`${path}.previous`)
  }

  remove(name: string): Promise<void> {
    return this.#inTurn(name, async () => {
      const { disk, directory } = this.#place
      await disk.makeDirectory(directory)
      await disk.remove(`${this.#path(name)}.previous`)
      await disk.remove(this.#path(name))
      await disk.syncDirectory(directory)
    })
  }

  async #inTurn(name: string, work: () => Promise<void>): Promise<void> {
    const before = this.#last.get(name) ?? Promise.resolve()
    const turn = before.then(work, work)
    this.#last.set(name, turn)
    try {
      await turn
    } finally {
      if (this.#last.get(name) === turn) this.#last.delete(name)
    }
  }

  /** Names come from groups and topics, so that they are spelled in characters that every file system takes. */
  #path(name: string): string {
    return `${this.#place.directory}/${encodeURIComponent(name).replaceAll('.', '%2E')}`
  }

  async #save(name: string, snapshot: Snapshot): Promise<void> {
    const { disk, directory, failpoint } = this.#place
    const path = this.#path(name)
    await disk.makeDirectory(directory)
    await failpoint?.('snapshot-write')
    await disk.remove(`${path}.tmp`)
    const file = await disk.open(`${path}.tmp`, { mode: 'create' })
    try {
      await writeFully(file, [encodeHeader(snapshot), snapshot.bytes], 0)
      await file.datasync()
    } finally {
      await file.close()
    }
    await failpoint?.('snapshot-rename')
    try {
      await disk.rename(path, `${path}.previous`)
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error
    }
    await disk.rename(`${path}.tmp`, path)
    await disk.syncDirectory(directory)
    await failpoint?.('snapshot-renamed')
  }

  async #read(path: string): Promise<Snapshot | undefined> {
    try {
      const file = await this.#place.disk.open(path, { mode: 'read' })
      try {
        const bytes = Buffer.allocUnsafe(await file.size())
        return decodeSnapshot(bytes.subarray(0, await readFully(file, bytes, 0)))
      } finally {
        await file.close()
      }
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error
      return undefined
    }
  }
}

function encodeHeader(snapshot: Snapshot): Buffer {
  const header = Buffer.alloc(headerBytes)
  magic.copy(header)
  header.writeBigInt64BE(BigInt(snapshot.offset), 8)
  const crc = crc32c(snapshot.bytes, 0, snapshot.bytes.byteLength, crc32c(header, 8, 16))
  header.writeUInt32BE(crc, 16)
  return header
}

/** Undefined when the bytes are not a whole snapshot. */
export function decodeSnapshot(bytes: Buffer): Snapshot | undefined {
  if (bytes.byteLength < headerBytes || !bytes.subarray(0, 8).equals(magic)) return undefined
  const crc = crc32c(bytes, headerBytes, bytes.byteLength, crc32c(bytes, 8, 16))
  if (crc !== bytes.readUInt32BE(16)) return undefined
  return { offset: Number(bytes.readBigInt64BE(8)), bytes: bytes.subarray(headerBytes) }
}
