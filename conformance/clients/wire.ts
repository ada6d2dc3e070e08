// What the driver and the adapters say to each other: JSON lines, whatever language the adapter is written in.
// The same names stand in go/main.go, java/Adapter.java and librdkafka/adapter.py.

export const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const
export type Codec = (typeof codecs)[number]

/** A record; bytes are base64, and null is Kafka's null. */
export interface WireRecord {
  readonly k: string | null
  readonly v: string | null
  readonly h: readonly (readonly [string, string | null])[]
  /** Milliseconds; null when the client shall take its own clock. */
  readonly t: number | null
  readonly p: number
  readonly o: number
}

export interface BrokerAddress {
  readonly bootstrap: string
  readonly clientId: string
}

export interface ProduceCommand extends BrokerAddress {
  readonly topic: string
  readonly compression: Codec
  readonly idempotent: boolean
  readonly records: readonly WireRecord[]
}

export interface ConsumeCommand extends BrokerAddress {
  readonly topic: string
  readonly partitions: readonly number[]
  /** Start at the first record with this timestamp or a later one; at the beginning when left out. */
  readonly fromTimestamp?: number
  /** Passes over what was not committed; Java only. */
  readonly committed?: boolean
  /** Answer when this many records are read, or when the time is over. */
  readonly count: number
  readonly timeoutMs: number
}

export interface JoinCommand extends BrokerAddress {
  readonly session: string
  readonly group: string
  readonly topic: string
  readonly instanceId?: string
  readonly cooperative: boolean
  readonly sessionTimeoutMs: number
}

export interface StreamCommand extends BrokerAddress {
  readonly session: string
  readonly topic: string
  readonly prefix: string
  readonly intervalMs: number
}

export interface SessionCommand {
  readonly session: string
}

export interface StreamResult {
  readonly sent: number
  readonly acked: number
  readonly failures: readonly string[]
}

export interface Operations {
  readonly produce: (command: ProduceCommand) => Promise<{ offsets: number[] }>
  readonly consume: (command: ConsumeCommand) => Promise<{ records: WireRecord[] }>
  readonly join: (command: JoinCommand) => Promise<object>
  readonly commit: (command: SessionCommand) => Promise<object>
  readonly leave: (command: SessionCommand) => Promise<object>
  readonly 'stream-start': (command: StreamCommand) => Promise<object>
  readonly 'stream-stop': (command: SessionCommand) => Promise<StreamResult>
}

export type OperationName = keyof Operations

/** What a member or a long operation tells the driver between its answers. */
export type WireEvent =
  | { readonly session: string; readonly event: 'assigned'; readonly partitions: readonly number[] }
  | { readonly session: string; readonly event: 'records'; readonly records: readonly WireRecord[] }
  | { readonly session: string; readonly event: 'failed'; readonly message: string }
  | { readonly session: string; readonly event: 'progress'; readonly seen: number }

export interface WireError {
  /** Kafka's error code, or -1000 when the client failed without one. */
  readonly code: number
  readonly message: string
}

export type WireAnswer =
  | { readonly id: number; readonly ok: Record<string, unknown> }
  | { readonly id: number; readonly error: WireError }

export const localErrorCode = -1000
