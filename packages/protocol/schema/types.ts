/**
 * The shape of a message description: plain data, all versions of a message together.
 *
 * Names, types and ranges are facts of Kafka's protocol and are kept in Kafka's spelling, so that its
 * documentation can be searched for them; `about` says in our words what a reader could get wrong. Ranges are
 * written as Kafka writes them: `3` is one version, `3-7` a range, `3+` everything from 3, `none` nothing.
 */

export interface FieldSchema {
  readonly name: string
  /** A primitive, `records`, the name of a structure, or one of these with `[]` in front. */
  readonly type: string
  readonly versions: string
  /** Versions in which null is allowed. */
  readonly nullable?: string
  /** The number of a tagged field (KIP-482) and the versions in which it is one. */
  readonly tag?: number
  readonly tagged?: string
  /** The value in versions that lack the field; int64 beyond a safe integer is written as text. */
  readonly default?: string | number | boolean | null
  /** Whether a value may be dropped silently when a version lacks the field. */
  readonly ignorable?: boolean
  /** What kind of name or number this is, such as `topicName` or `brokerId`. */
  readonly entityType?: string
  /** The field (or one of them) that is unique among the elements of the array around it. */
  readonly mapKey?: boolean
  /** Overrides the message's own range of compact encoding; only the request header needs it. */
  readonly flexible?: string
  readonly about?: string
  /** The fields of a structure that is described where it is used. */
  readonly fields?: readonly FieldSchema[]
}

/** A structure that several fields of one message use. */
export interface StructSchema {
  readonly name: string
  readonly versions: string
  readonly about?: string
  readonly fields: readonly FieldSchema[]
}

export interface BodySchema {
  readonly about?: string
  readonly fields: readonly FieldSchema[]
  readonly structs?: readonly StructSchema[]
}

/** A body with a name and versions of its own: a header, or the key or value of a record. */
export interface MessageSchema extends BodySchema {
  readonly name: string
  readonly versions: string
  /** From which version lengths are compact and tagged fields exist. */
  readonly flexible: string
}

/** One API: request and response have the same versions. */
export interface ApiSchema {
  readonly key: number
  readonly name: string
  readonly about: string
  readonly listeners: readonly string[]
  readonly versions: string
  readonly flexible: string
  /** The highest version is still being worked on by Kafka and is not offered by default. */
  readonly latestVersionUnstable?: boolean
  readonly request: BodySchema
  readonly response: BodySchema
}

/** What Kafka itself writes into records: a coordinator's state, a control record, or data inside a message. */
export interface RecordSchema {
  readonly name: string
  readonly about: string
  readonly kind: 'group-coordinator' | 'transaction-coordinator' | 'share-coordinator' | 'data'
  /** Coordinators' keys begin with this number as int16; it tells what the record is. */
  readonly recordType?: number
  readonly key?: MessageSchema
  readonly value: MessageSchema
}
