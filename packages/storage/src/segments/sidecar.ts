/**
 * The .crc sidecar, a format of our own: CRC-32 (`block-sum.ts`) of each whole 64 KiB block of the .log. Kafka's batch
 * checksum leaves out base offset and leader epoch, and its index files have none at all.
 *
 *   header, 32 bytes: "NARUCRC\0", version u32, block bytes u32, base offset u64, 0 u32, CRC-32C of these u32
 *   entry k, 8 bytes: CRC-32 of block k u32, check u32
 *
 * The check is the CRC-32C of base offset, k and the entry's checksum, so that a damaged entry is told from a
 * damaged block, and an entry of another place or segment is not taken for this one. The checksum of the last,
 * partial block is in the manifest: what is in the file never changes.
 */
import { crc32c } from '@naru/protocol'
import type { EntryFormat } from './entry-file.ts'
import { blockBytes } from './limits.ts'

export const sidecarHeaderBytes = 32
export const sidecarEntryBytes = 8
const sidecarVersion = 2

/** Entries are checked one by one when they are used. */
export const sidecarFormat: EntryFormat = {
  headerBytes: sidecarHeaderBytes,
  encodeHeader: encodeSidecarHeader,
  areSane: () => true
}

const magic = Buffer.from('NARUCRC\0', 'latin1')
const headerCrcAt = 28
const scratch = Buffer.alloc(sidecarEntryBytes)
const checked = Buffer.alloc(16)

export function encodeSidecarHeader(baseOffset: number): Buffer {
  const header = Buffer.alloc(sidecarHeaderBytes)
  magic.copy(header, 0)
  header.writeUInt32BE(sidecarVersion, 8)
  header.writeUInt32BE(blockBytes, 12)
  header.writeBigInt64BE(BigInt(baseOffset), 16)
  header.writeUInt32BE(crc32c(header, 0, headerCrcAt), headerCrcAt)
  return header
}

function checkOf(baseOffset: number, block: number, crc: number): number {
  checked.writeBigInt64BE(BigInt(baseOffset), 0)
  checked.writeUInt32BE(block, 8)
  checked.writeUInt32BE(crc, 12)
  return crc32c(checked)
}

/** The entry in bytes; valid until the next call. */
export function encodeSidecarEntry(baseOffset: number, block: number, crc: number): Buffer {
  scratch.writeUInt32BE(crc, 0)
  scratch.writeUInt32BE(checkOf(baseOffset, block, crc), 4)
  return scratch
}

/** The checksum of a block; undefined when the entry itself is damaged or missing. */
export function sidecarEntryCrc(
  entries: Buffer,
  entry: { readonly index: number; readonly block: number; readonly baseOffset: number }
): number | undefined {
  const at = entry.index * sidecarEntryBytes
  if (at + sidecarEntryBytes > entries.byteLength) return undefined
  const crc = entries.readUInt32BE(at)
  return entries.readUInt32BE(at + 4) === checkOf(entry.baseOffset, entry.block, crc) ? crc : undefined
}
