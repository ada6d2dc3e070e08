// Writes records in the layout of format v2 into a buffer that grows.
//
// The length of a record stands before it as a varint, so its size is computed first, as the Java client does;
// then nothing has to be moved.
export type HeaderToWrite = {
  readonly key: string
  readonly value: Uint8Array | null
}

export type RecordToWrite = {
  readonly timestamp: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers?: readonly HeaderToWrite[]
}

/** A header with its key encoded, so that it is encoded once for size and bytes. */
type EncodedHeader = { readonly key: Uint8Array; readonly value: Uint8Array | null }

const initialBytes = 512

export class RecordWriter {
  private buffer: Buffer
  private at: number

  /** Leaves `reservedBytes` free in front, for the header of the batch. */
  constructor(reservedBytes: number) {
    this.buffer = Buffer.allocUnsafe(reservedBytes + initialBytes)
    this.at = reservedBytes
  }

  get sizeInBytes(): number {
    return this.at
  }

  /** What was written so far, reserved bytes included; a view that the next write may leave behind. */
  bytes(): Buffer {
    return this.buffer.subarray(0, this.at)
  }

  writeRecord(record: RecordToWrite, offsetDelta: number, timestampDelta: number): void {
    const headers = (record.headers ?? []).map(({ key, value }) => ({ key: Buffer.from(key), value }))
    const bodyBytes = bodySize(record, headers, offsetDelta, timestampDelta)
    this.ensure(bodyBytes + 5)
    this.writeVarint(bodyBytes)
    this.buffer[this.at++] = 0
    this.writeVarlong(timestampDelta)
    this.writeVarint(offsetDelta)
    this.writeSized(record.key)
    this.writeSized(record.value)
    this.writeVarint(headers.length)
    for (const header of headers) {
      this.writeSized(header.key)
      this.writeSized(header.value)
    }
  }

  private ensure(bytes: number): void {
    if (this.buffer.length - this.at >= bytes) return
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.at + bytes))
    this.buffer.copy(larger, 0, 0, this.at)
    this.buffer = larger
  }

  private writeSized(bytes: Uint8Array | null): void {
    this.writeVarint(bytes === null ? -1 : bytes.length)
    if (bytes === null) return
    this.buffer.set(bytes, this.at)
    this.at += bytes.length
  }

  private writeVarint(value: number): void {
    let zigzag = ((value << 1) ^ (value >> 31)) >>> 0
    for (; zigzag >= 0x80; zigzag >>>= 7) this.buffer[this.at++] = (zigzag & 0x7f) | 0x80
    this.buffer[this.at++] = zigzag
  }

  private writeVarlong(value: number): void {
    if (fitsInt32(value)) {
      this.writeVarint(value)
      return
    }
    let zigzag = zigzagOf(value)
    for (; zigzag >= 0x80n; zigzag >>= 7n) this.buffer[this.at++] = Number(zigzag & 0x7fn) | 0x80
    this.buffer[this.at++] = Number(zigzag)
  }
}

function bodySize(
  record: RecordToWrite,
  headers: readonly EncodedHeader[],
  offsetDelta: number,
  timestampDelta: number
): number {
  const attributesBytes = 1
  let size = attributesBytes + varlongSize(timestampDelta) + varintSize(offsetDelta)
  size += sizedSize(record.key) + sizedSize(record.value) + varintSize(headers.length)
  for (const header of headers) size += sizedSize(header.key) + sizedSize(header.value)
  return size
}

function sizedSize(bytes: Uint8Array | null): number {
  return bytes === null ? 1 : varintSize(bytes.length) + bytes.length
}

function varintSize(value: number): number {
  let [size, zigzag] = [1, ((value << 1) ^ (value >> 31)) >>> 0]
  for (; zigzag >= 0x80; zigzag >>>= 7) size++
  return size
}

function varlongSize(value: number): number {
  if (fitsInt32(value)) return varintSize(value)
  let [size, zigzag] = [1, zigzagOf(value)]
  for (; zigzag >= 0x80n; zigzag >>= 7n) size++
  return size
}

function fitsInt32(value: number): boolean {
  return value === (value | 0)
}

/** Only deltas of more than 24 days need more than 32 bits. */
function zigzagOf(value: number): bigint {
  const wide = BigInt(value)
  return BigInt.asUintN(64, (wide << 1n) ^ (wide >> 63n))
}
