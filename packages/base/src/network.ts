/** The network as an argument: byte streams between two addresses, with back-pressure on both sides. */

/** What the owner of a connection is told. No call comes before `start` nor after `onClose`. */
export interface ConnectionHandler {
  /** Bytes arrived; the array is the receiver's from now on. */
  onData(chunk: Uint8Array): void
  /**
   * Where the bytes that arrive next are to go, asked before each read; undefined for wherever, and then `onData` gets
   * them. A network that cannot read to a place given to it does not ask.
   */
  nextPlace?(): Uint8Array | undefined
  /** So many bytes arrived in the place that `nextPlace` gave. */
  onPlaced?(count: number): void
  /** What was written has left the process, after `write` had answered false. */
  onDrain(): void
  /** The peer sends no more; what is written still reaches it. */
  onEnd(): void
  /** Both directions are gone; `error` says why when it was not a normal end. */
  onClose(error: Error | undefined): void
}

export interface Connection {
  readonly localAddress: string
  readonly localPort: number
  readonly remoteAddress: string
  readonly remotePort: number
  /** Bytes written that the operating system has not taken yet. */
  readonly unsentBytes: number
  /** Begins to deliver; called once. */
  start(handler: ConnectionHandler): void
  /**
   * Sends the chunks in order, which must not change until they have left; false asks to wait for `onDrain`. `onLeft`
   * is called when they have left, or never when the connection ends before.
   */
  write(chunks: readonly Uint8Array[], onLeft?: () => void): boolean
  /** Stops and restarts `onData`, so that the peer is slowed by the window. */
  pause(): void
  resume(): void
  /** Sends what was written, then ends. */
  end(): void
  /** Drops everything at once. */
  destroy(): void
}

export interface Listener {
  readonly host: string
  /** The real port, also when 0 was asked for. */
  readonly port: number
  /** Takes no more connections; those that are open stay. */
  close(): Promise<void>
}

export interface Address {
  readonly host: string
  readonly port: number
}

export interface Network {
  /** Fails with `EADDRINUSE` and the like, as the operating system names them. */
  listen(address: Address, onConnection: (connection: Connection) => void): Promise<Listener>
  connect(address: Address, signal?: AbortSignal): Promise<Connection>
}
