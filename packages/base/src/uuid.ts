/**
 * Kafka's 16-byte identifiers, written the way Kafka prints them: base64url without padding, 22 characters.
 * As strings they compare, serve as map keys and go into JSON as they are.
 */
import { assert } from './assert.ts'
import { uuidCacheEntriesMax } from './limits.ts'

declare const uuidBrand: unique symbol

/** 22 characters of base64url, such as `AAAAAAAAAAAAAAAAAAAAAA` for `ZERO_UUID`. */
export type Uuid = string & { readonly [uuidBrand]: true }

/** What the protocol sends for "no id". */
export const ZERO_UUID: Uuid = asUuid('AAAAAAAAAAAAAAAAAAAAAA')

/** The last of the 22 characters carries two bits only, so just four letters can stand there. */
const uuidPattern = /^[A-Za-z0-9_-]{21}[AQgw]$/

/** Whether a text is an id as Kafka prints it. */
export function isUuid(text: string): text is Uuid {
  return uuidPattern.test(text)
}

/** Texts from configuration or the command line become ids here; anything else is refused. */
export function parseUuid(text: string): Uuid {
  assert(isUuid(text), 'a uuid is 22 characters of base64url')
  return text
}

/**
 * Topic ids come with every fetch and produce request, and few of them are in use at a time: the cache maps the
 * four words of an id to the text made before. It is direct-mapped, so it never grows.
 */
const cacheWords = new Int32Array(uuidCacheEntriesMax * 4)
const cacheTexts: Array<Uuid | undefined> = Array.from({ length: uuidCacheEntriesMax })

/** The id in sixteen bytes from `position`; the caller has checked that they are there. */
export function uuidFromBytes(bytes: Uint8Array, position = 0): Uuid {
  assert(position >= 0 && position + 16 <= bytes.length, 'a uuid takes 16 bytes')
  const a = word(bytes, position)
  const b = word(bytes, position + 4)
  const c = word(bytes, position + 8)
  const d = word(bytes, position + 12)
  if ((a | b | c | d) === 0) return ZERO_UUID
  const slot = (Math.imul(a ^ d, 0x9e3779b1) ^ Math.imul(b ^ c, 0x85ebca6b)) >>> 0
  const entry = (slot ^ (slot >>> 15)) & (uuidCacheEntriesMax - 1)
  const at = entry * 4
  const known = cacheTexts[entry]
  if (
    known !== undefined &&
    cacheWords[at] === a &&
    cacheWords[at + 1] === b &&
    cacheWords[at + 2] === c &&
    cacheWords[at + 3] === d
  ) {
    return known
  }
  const text = asUuid(Buffer.from(bytes.buffer, bytes.byteOffset + position, 16).toString('base64url'))
  cacheTexts[entry] = text
  cacheWords[at] = a
  cacheWords[at + 1] = b
  cacheWords[at + 2] = c
  cacheWords[at + 3] = d
  return text
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
}

/** The 16 bytes of an id, in a buffer of their own. */
export function uuidToBytes(uuid: Uuid): Uint8Array {
  const bytes = new Uint8Array(16)
  writeUuid(uuid, bytes, 0)
  return bytes
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** The six bits of each base64url character, by char code. */
const sixBits = new Uint8Array(128)
for (let i = 0; i < alphabet.length; i++) sixBits[alphabet.charCodeAt(i)] = i

/** Writes the 16 bytes of an id at `position`. */
export function writeUuid(uuid: Uuid, target: Uint8Array, position: number): void {
  assert(uuid.length === 22, 'a uuid is 22 characters of base64url')
  let at = position
  for (let i = 0; i < 20; i += 4) {
    const bits = (six(uuid, i) << 18) | (six(uuid, i + 1) << 12) | (six(uuid, i + 2) << 6) | six(uuid, i + 3)
    target[at] = bits >>> 16
    target[at + 1] = bits >>> 8
    target[at + 2] = bits
    at += 3
  }
  target[at] = (six(uuid, 20) << 2) | (six(uuid, 21) >>> 4)
}

function six(uuid: Uuid, index: number): number {
  return sixBits[uuid.charCodeAt(index)]!
}

function asUuid(text: string): Uuid {
  return text as Uuid
}
