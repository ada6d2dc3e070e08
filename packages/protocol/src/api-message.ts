/** What every generated message file offers under one shape. */
import type { Reader, Writer } from '@naru/base'

/** The value of `flexibleFrom` when no version is flexible. */
export const NEVER_FLEXIBLE = 0x7fff

/** One row of the table of APIs. */
export interface ApiKeyEntry {
  readonly key: number
  readonly name: string
  readonly minVersion: number
  /** The highest version that has a description; see `latestVersionUnstable`. */
  readonly maxVersion: number
  /** From this version on lengths are compact, tagged fields exist and headers are flexible. */
  readonly flexibleFrom: number
  /** Kafka still works on `maxVersion` and does not offer it unless told to. */
  readonly latestVersionUnstable: boolean
  /** The listeners on which Kafka answers this API. */
  readonly listeners: readonly string[]
}

/** The codec of one API. Reading fails with `DecodeError`, writing with `EncodeError`. */
export interface ApiMessage<Request = unknown, Response = unknown> extends ApiKeyEntry {
  readRequest(reader: Reader, version: number): Request
  writeRequest(writer: Writer, message: Request, version: number): void
  readResponse(reader: Reader, version: number): Response
  writeResponse(writer: Writer, message: Response, version: number): void
}

/** The codec of the key or value of a record, without the int16 version in front. */
export interface DataMessage<Data = unknown> {
  readonly name: string
  readonly minVersion: number
  readonly maxVersion: number
  read(reader: Reader, version: number): Data
  write(writer: Writer, message: Data, version: number): void
}

/** The records of one kind in an internal topic. */
export interface RecordMessages<Key = unknown, Value = unknown> {
  readonly name: string
  /** The int16 in front of the key: the record's kind, in Kafka's words the version of the key. */
  readonly recordType: number
  readonly key: DataMessage<Key>
  readonly value: DataMessage<Value>
}
