/**
 * Index and sidecar files in memory, bounded by bytes, the least recently used ones dropped first. A file is
 * loaded once however many ask for it at the same time.
 */
import { indexCacheBytesMax } from './limits.ts'

export interface IndexCacheOptions {
  readonly bytesMax?: number | undefined
}

export class IndexCache {
  readonly #bytesMax: number
  /** In order of use, the oldest first. */
  readonly #loaded = new Map<string, Buffer>()
  readonly #loading = new Map<string, { readonly bytes: number; readonly content: Promise<Buffer> }>()
  #bytes = 0

  constructor(options: IndexCacheOptions = {}) {
    this.#bytesMax = options.bytesMax ?? indexCacheBytesMax
  }

  get bytes(): number {
    return this.#bytes
  }

  /** The first `bytes` of a file that only grows. The result must not be changed. */
  async get(path: string, bytes: number, load: () => Promise<Buffer>): Promise<Buffer> {
    const known = this.#loaded.get(path)
    if (known !== undefined && known.byteLength >= bytes) {
      this.#loaded.delete(path)
      this.#loaded.set(path, known)
      return known.byteLength === bytes ? known : known.subarray(0, bytes)
    }
    const running = this.#loading.get(path)
    if (running !== undefined && running.bytes === bytes) return running.content
    const loading = { bytes, content: load() }
    this.#loading.set(path, loading)
    try {
      const content = await loading.content
      if (this.#loading.get(path) === loading) this.#keep(path, content)
      return content
    } finally {
      if (this.#loading.get(path) === loading) this.#loading.delete(path)
    }
  }

  /** For files that were replaced or removed. */
  forget(path: string): void {
    this.#loading.delete(path)
    const known = this.#loaded.get(path)
    if (known === undefined) return
    this.#loaded.delete(path)
    this.#bytes -= known.byteLength
  }

  #keep(path: string, content: Buffer): void {
    const previous = this.#loaded.get(path)
    if (previous !== undefined) this.#bytes -= previous.byteLength
    this.#loaded.delete(path)
    this.#loaded.set(path, content)
    this.#bytes += content.byteLength
    for (const [oldest, bytes] of this.#loaded) {
      if (this.#bytes <= this.#bytesMax || oldest === path) break
      this.#loaded.delete(oldest)
      this.#bytes -= bytes.byteLength
    }
  }
}
