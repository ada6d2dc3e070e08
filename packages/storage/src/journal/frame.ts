/**
 * One frame of the journal: a header of 80 bytes, the payload, and zeros up to a multiple of 8.
 *
 *    0 magic u32            4 header CRC-32C u32     8 kind u8, version u8, frames that follow u16
 *   12 payload bytes u32   16 generation u32        20 write sequence u32
 *   24 durable generation u32, durable block u32 (everything before it was durable when this was written)
 *   32 topic id            48 partition u32         52 leader epoch i32
 *   56 base offset i64     64 append time i64       72 last offset delta u32   76 payload CRC-32C u32
 *
 * The frames that follow are those of the same write, so that the last one is known, and what may be padding.
 *
 * The header CRC is seeded by a secret of the data folder and the generation of the file, so that neither an
 * old frame in a recycled file nor bytes that a client sent look like a frame. Its position in the file is mixed
 * in, too: a frame that the disk put elsewhere is none there, and says where it belongs. For a batch the payload CRC is
 * the batch's own: bytes are not summed twice, and what that CRC leaves out (base offset, length, epoch,
 * magic) can be restored from the header.
 */
import { batchMagic, batchOffset, computeBatchCrc, crc32c } from '@naru/protocol'
import { FrameKind, type JournalFrame } from './commit-log.ts'
import {
  blockBytes,
  bytesOf,
  generationOf,
  journalFileBytesMax,
  journalPosition
} from './journal-position.ts'

export const frameHeaderBytes = 80
const frameVersion = 2
const frameMagic = 0x4e4a4631
export const frameMagicBytes = Buffer.from('NJF1')
/** Frames begin at multiples of this. */
export const frameAlignment = 8
const crcAt = 4
const crcFrom = 8
const payloadCrcAt = 76
/** The least that disks address. */
const sectorBytes = 512
const followingMax = 0xffff
const twoTo32 = 0x1_0000_0000

export interface FrameHeader {
  readonly kind: FrameKind
  readonly payloadBytes: number
  /** Frames of the same write that come after this one; more are not told than fit the field. */
  readonly following: number
  readonly generation: number
  readonly sequence: number
  /** Journal position before which everything was durable. */
  readonly durable: number
  readonly topicId: Uint8Array
  readonly partition: number
  readonly leaderEpoch: number
  readonly baseOffset: number
  readonly lastOffset: number
  readonly appendTimeMs: number
  readonly payloadCrc: number
}

/** Where and when a frame is written. */
export interface FramePlace {
  /** Where in the file the beginning of the target will lie. */
  readonly start: number
  readonly generation: number
  readonly seed: number
  readonly sequence: number
  readonly durable: number
  /** Frames of the same write that come after this one. */
  readonly following: number
}

/** Seed of the header CRCs in the file of a generation. */
export function frameSeed(secret: Uint8Array, generation: number): number {
  const salted = Buffer.alloc(secret.byteLength + 4)
  salted.set(secret)
  salted.writeUInt32BE(generation, secret.byteLength)
  return crc32c(salted)
}

/** Bytes that a frame takes, padding included. */
export function frameBytes(payloadBytes: number): number {
  return Math.ceil((frameHeaderBytes + payloadBytes) / frameAlignment) * frameAlignment
}

export function isBatchKind(kind: FrameKind): boolean {
  return kind === FrameKind.batch || kind === FrameKind.carriedBatch
}

/** Writes the whole frame, padding included; gives the position after it. */
export function writeFrame(target: Buffer, at: number, frame: JournalFrame, place: FramePlace): number {
  const { payload } = frame
  const end = at + frameBytes(payload.byteLength)
  writeFrameHeader(target, at, frame, place)
  target.set(payload, at + frameHeaderBytes)
  target.fill(0, at + frameHeaderBytes + payload.byteLength, end)
  return end
}

/** Writes the header alone. */
export function writeFrameHeader(target: Buffer, at: number, frame: JournalFrame, place: FramePlace): void {
  const { payload } = frame
  target.writeUInt32BE(frameMagic, at)
  target[at + 8] = frame.kind
  target[at + 9] = frameVersion
  target.writeUInt16BE(Math.min(place.following, followingMax), at + 10)
  target.writeUInt32BE(payload.byteLength, at + 12)
  target.writeUInt32BE(place.generation, at + 16)
  target.writeUInt32BE(place.sequence, at + 20)
  target.writeUInt32BE(generationOf(place.durable), at + 24)
  target.writeUInt32BE(bytesOf(place.durable) / blockBytes, at + 28)
  target.set(frame.topicId, at + 32)
  target.writeUInt32BE(frame.partition, at + 48)
  target.writeInt32BE(frame.leaderEpoch, at + 52)
  writeInt64(target, at + 56, frame.baseOffset)
  writeInt64(target, at + 64, frame.appendTimeMs)
  target.writeUInt32BE(frame.lastOffset - frame.baseOffset, at + 72)
  target.writeUInt32BE(payloadCrc(frame.kind, payload), at + payloadCrcAt)
  target.writeUInt32BE(headerCrc(target, at, place.seed, place.start + at), at + crcAt)
}

function headerCrc(bytes: Buffer, at: number, seed: number, position: number): number {
  return (crc32c(bytes, at + crcFrom, at + frameHeaderBytes, seed) ^ spread(position)) >>> 0
}

/** Odd, so that no two positions give the same mask, and that the mask tells the position. */
const spreader = 0x9e3779b1
/** Undoes the multiplication, modulo 2^32. */
const unspreader = 0x0e8b2f51

function spread(position: number): number {
  return Math.imul(position / frameAlignment, spreader) >>> 0
}

function payloadCrc(kind: FrameKind, payload: Uint8Array): number {
  if (!isBatchKind(kind)) return crc32c(payload)
  return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).readUInt32BE(batchOffset.crc)
}

function writeInt64(target: Buffer, at: number, value: number): void {
  target.writeInt32BE(Math.floor(value / twoTo32), at)
  target.writeUInt32BE(value - Math.floor(value / twoTo32) * twoTo32, at + 4)
}

function readInt64(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * twoTo32 + bytes.readUInt32BE(at + 4)
}

/** What a reader has to know of the file, whose content from its beginning on is in memory. */
export interface FrameFile {
  readonly generation: number
  readonly seed: number
}

/** The header at a position of the file of this generation; undefined when none is there that can be trusted. */
export function readFrameHeader(
  bytes: Buffer,
  at: number,
  file: FrameFile,
  position = at
): FrameHeader | undefined {
  if (!mayBeFrame(bytes, at, file)) return undefined
  if (bytes.readUInt32BE(at + crcAt) !== headerCrc(bytes, at, file.seed, position)) return undefined
  return headerAt(bytes, at)
}

function mayBeFrame(bytes: Buffer, at: number, file: FrameFile): boolean {
  if (at + frameHeaderBytes > bytes.byteLength) return false
  return bytes.readUInt32BE(at) === frameMagic && bytes.readUInt32BE(at + 16) === file.generation
}

/** A frame that the disk put in a wrong place. */
export interface StrayFrame {
  /** Where it stands. */
  readonly at: number
  /** Where it belongs. */
  readonly position: number
  readonly header: FrameHeader
}

/**
 * The frame at a place where none belongs, which was written for another place of the same file. A disk puts
 * whole sectors in wrong places; what else the checksum could tell is taken for damage.
 */
export function readStrayFrame(bytes: Buffer, at: number, file: FrameFile): StrayFrame | undefined {
  if (!mayBeFrame(bytes, at, file)) return undefined
  const mask =
    (bytes.readUInt32BE(at + crcAt) ^ crc32c(bytes, at + crcFrom, at + frameHeaderBytes, file.seed)) >>> 0
  const position = (Math.imul(mask, unspreader) >>> 0) * frameAlignment
  const isNear = position < journalFileBytesMax && position !== at && (position - at) % sectorBytes === 0
  if (!isNear) return undefined
  const header = headerAt(bytes, at)
  // A write knows of nothing behind it: a header that does is a damaged one by chance.
  return header.durable <= journalPosition(file.generation, position) ? { at, position, header } : undefined
}

function headerAt(bytes: Buffer, at: number): FrameHeader {
  const baseOffset = readInt64(bytes, at + 56)
  return {
    kind: bytes.readUInt8(at + 8) as FrameKind,
    payloadBytes: bytes.readUInt32BE(at + 12),
    following: bytes.readUInt16BE(at + 10),
    generation: bytes.readUInt32BE(at + 16),
    sequence: bytes.readUInt32BE(at + 20),
    durable: journalPosition(bytes.readUInt32BE(at + 24), bytes.readUInt32BE(at + 28) * blockBytes),
    topicId: bytes.subarray(at + 32, at + 48),
    partition: bytes.readUInt32BE(at + 48),
    leaderEpoch: bytes.readInt32BE(at + 52),
    baseOffset,
    lastOffset: baseOffset + bytes.readUInt32BE(at + 72),
    appendTimeMs: readInt64(bytes, at + 64),
    payloadCrc: bytes.readUInt32BE(at + payloadCrcAt)
  }
}

/** Whether the payload is what was written. The fields of a batch that its CRC leaves out are put right. */
export function checkPayload(header: FrameHeader, payload: Buffer): boolean {
  if (!isBatchKind(header.kind)) return crc32c(payload) === header.payloadCrc
  if (payload.byteLength < batchOffset.records) return false
  payload.writeInt32BE(payload.byteLength - batchOffset.partitionLeaderEpoch, batchOffset.batchLength)
  if (computeBatchCrc(payload, 0) !== header.payloadCrc) return false
  writeInt64(payload, batchOffset.baseOffset, header.baseOffset)
  payload.writeInt32BE(header.leaderEpoch, batchOffset.partitionLeaderEpoch)
  payload[batchOffset.magic] = batchMagic
  payload.writeUInt32BE(header.payloadCrc, batchOffset.crc)
  return true
}

/**
 * Tries to put right a header in which one bit has flipped. CRC-32C tells apart all patterns of up to five
 * wrong bits at this length, so that a header that is further off is never taken for a good one.
 */
export function repairFrameHeader(bytes: Buffer, at: number, file: FrameFile): FrameHeader | undefined {
  if (at + frameHeaderBytes > bytes.byteLength) return undefined
  const copy = Buffer.from(bytes.subarray(at, at + frameHeaderBytes))
  for (let bit = 0; bit < frameHeaderBytes * 8; bit++) {
    const index = bit >>> 3
    const mask = 1 << (bit & 7)
    copy[index]! ^= mask
    const header = readFrameHeader(copy, 0, file, at)
    if (header !== undefined) return header
    copy[index]! ^= mask
  }
  return undefined
}

/** The same for a payload that is small enough to be tried bit by bit; it is changed in place. */
export function repairPayload(header: FrameHeader, payload: Buffer): boolean {
  if (payload.byteLength > repairedPayloadBytesMax) return false
  for (let bit = 0; bit < payload.byteLength * 8; bit++) {
    const index = bit >>> 3
    const mask = 1 << (bit & 7)
    payload[index]! ^= mask
    if (checkPayload(header, payload)) return true
    payload[index]! ^= mask
  }
  return false
}

const repairedPayloadBytesMax = 2048
