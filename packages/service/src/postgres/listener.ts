/** LISTEN on a connection of its own that comes back by itself. What was sent meanwhile is lost, so it says when. */
import type { Timer, Timers } from '@naru/base'
import { type Client, escapeIdentifier } from 'pg'

type OnNotice = (payload: string | undefined) => void

const RECONNECT_MS_MIN = 100
const RECONNECT_MS_MAX = 5_000

export class Listener implements AsyncDisposable {
  readonly #connect: () => Client
  readonly #timers: Timers
  readonly #channels = new Map<string, Set<OnNotice>>()
  #client: Client | undefined
  #timer: Timer | undefined
  #delayMs = RECONNECT_MS_MIN
  #closed = false
  #asked: Promise<void> = Promise.resolve()

  constructor(connect: () => Client, timers: Timers) {
    this.#connect = connect
    this.#timers = timers
  }

  async listen(channel: string, onNotice: OnNotice): Promise<AsyncDisposable> {
    const listeners = this.#channels.get(channel) ?? new Set()
    this.#channels.set(channel, listeners.add(onNotice))
    if (this.#client === undefined) await this.#open()
    else await this.#ask(`listen ${escapeIdentifier(channel)}`)
    return { [Symbol.asyncDispose]: () => this.#forget(channel, onNotice) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    this.#channels.clear()
    await this.#hangUp()
  }

  /** Nobody listens any more; who comes next connects again. */
  async #hangUp(): Promise<void> {
    this.#timer?.cancel()
    const client = this.#client
    this.#client = undefined
    await client?.end().catch(() => undefined)
  }

  async #forget(channel: string, onNotice: OnNotice): Promise<void> {
    const listeners = this.#channels.get(channel)
    listeners?.delete(onNotice)
    if (listeners?.size !== 0) return
    this.#channels.delete(channel)
    if (this.#channels.size === 0) return this.#hangUp()
    await this.#ask(`unlisten ${escapeIdentifier(channel)}`)
  }

  /** One statement at a time. What fails was said on a connection that is lost, and the next one says it all. */
  #ask(sql: string): Promise<void> {
    const client = this.#client
    this.#asked = this.#asked
      .then(() => client?.query(sql))
      .then(
        () => undefined,
        () => undefined
      )
    return this.#asked
  }

  /** Resolves when it listens, or when another attempt is under way. */
  async #open(): Promise<void> {
    this.#timer?.cancel()
    const client = this.#connect()
    this.#client = client
    const onLost = (): void => this.#lost(client)
    client.on('error', onLost)
    client.on('end', onLost)
    client.on('notification', ({ channel, payload }) => this.#tell(channel, payload))
    try {
      await client.connect()
      for (const channel of this.#channels.keys()) await this.#ask(`listen ${escapeIdentifier(channel)}`)
      this.#delayMs = RECONNECT_MS_MIN
    } catch {
      this.#lost(client)
    }
  }

  #lost(client: Client): void {
    if (this.#client !== client || this.#closed) return
    this.#client = undefined
    client.end().catch(() => undefined)
    this.#timer = this.#timers.after(this.#delayMs, () => this.#again(), { background: true })
    this.#delayMs = Math.min(RECONNECT_MS_MAX, this.#delayMs * 2)
  }

  #again(): void {
    const opened = this.#open()
    opened.then(
      () => {
        for (const channel of this.#channels.keys()) this.#tell(channel, undefined)
      },
      () => undefined
    )
  }

  #tell(channel: string, payload: string | undefined): void {
    for (const onNotice of this.#channels.get(channel) ?? []) onNotice(payload)
  }
}
