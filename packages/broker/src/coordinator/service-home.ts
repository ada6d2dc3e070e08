/**
 * Where a broker keeps the service of a coordinator. It starts with the first request that needs it, or in the
 * background when there is something from before: its code is a large part of the broker's, and a start does without.
 */
export interface CoordinatorService {
  /** Answers everybody who waits, so that a stop has nothing to wait for. */
  release(): void
  close(): Promise<void>
  /** Forgets everything in memory, as a crash would. */
  abort(): void
}

export class ServiceHome<Service extends CoordinatorService> {
  #service: Service | undefined
  #released = false

  /** The service, made on first use. */
  service(make: () => Service): Service {
    if (this.#service === undefined) {
      this.#service = make()
      if (this.#released) this.#service.abort()
    }
    return this.#service
  }

  release(): void {
    this.#released = true
    this.#service?.release()
  }

  async close(): Promise<void> {
    await this.#service?.close()
  }

  abort(): void {
    this.#released = true
    this.#service?.abort()
  }
}
