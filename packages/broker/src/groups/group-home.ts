/**
 * Where a broker keeps its group service. The service starts with the first request about a group, or in the
 * background when there are groups from before: its code is a fifth of the broker's, and a start does without it.
 */
import type { GroupService } from './service.ts'

export class GroupHome {
  #service: GroupService | undefined
  #released = false

  /** The service, made on first use. */
  service(make: () => GroupService): GroupService {
    if (this.#service === undefined) {
      this.#service = make()
      if (this.#released) this.#service.abort()
    }
    return this.#service
  }

  /** Answers everybody who waits, so that a stop has nothing to wait for. */
  release(): void {
    this.#released = true
    this.#service?.release()
  }

  async close(): Promise<void> {
    await this.#service?.close()
  }

  /** Forgets everything in memory, as a crash would. */
  abort(): void {
    this.#released = true
    this.#service?.abort()
  }
}
