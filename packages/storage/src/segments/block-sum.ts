/**
 * The checksum of the blocks of a .log in its sidecar: CRC-32 (ISO 3309, as in zlib and gzip), not the CRC-32C of record
 * batches. Every byte passes it when it is written out and again when it is read, and the module that we have computes
 * CRC-32 by carry-less multiplication, two to three times as fast as CRC-32C by its own instruction. A batch inside has
 * its CRC-32C besides. (Measured: docs/decisions/0003-segments.md.)
 */
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

type Crc32 = (input: Uint8Array, initial?: number) => number

let chosen: Crc32 | undefined

/** The checksum of `bytes[start, end)`; `initial` is that of the bytes before, when there are some. */
export function blockSum(bytes: Uint8Array, start: number, end: number, initial = 0): number {
  chosen ??= choose()
  return chosen(bytes.subarray(start, end), initial)
}

function choose(): Crc32 {
  try {
    return (require('@node-rs/crc32') as { readonly crc32: Crc32 }).crc32
  } catch {
    return (require('node:zlib') as { readonly crc32: Crc32 }).crc32
  }
}
