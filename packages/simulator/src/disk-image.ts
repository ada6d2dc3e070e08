/**
 * One simulated file: what the running system sees, and what would be left of it after a power cut. Data
 * becomes durable by sectors; what was written and not synced may be kept, lost or garbled, each sector for
 * itself.
 */
import type { SeededRandom } from './seeded-random.ts'

export const sectorBytes = 512

export class DiskImage {
  /** Content as the system sees it; only the first `size` bytes count. */
  #content: Buffer = Buffer.alloc(0)
  #size = 0
  #durableContent: Buffer = Buffer.alloc(0)
  #durableSize = 0
  /** Sectors whose content differs from the durable one and will be written by the next sync. */
  #dirty = new Set<number>()
  /** The buffers belong to clones, too, and are copied before the first change. */
  #isShared = false

  get size(): number {
    return this.#size
  }

  /** The file as the system sees it, all of it durable. */
  clone(): DiskImage {
    const copy = new DiskImage()
    copy.#content = this.#content
    copy.#durableContent = this.#content
    copy.#size = this.#size
    copy.#durableSize = this.#size
    copy.#isShared = true
    this.#isShared = true
    return copy
  }

  read(into: Uint8Array, position: number): number {
    const count = Math.max(0, Math.min(into.byteLength, this.#size - position))
    into.set(this.#content.subarray(position, position + count))
    return count
  }

  write(bytes: Uint8Array, position: number): void {
    this.#own()
    const end = position + bytes.byteLength
    this.#content = grown(this.#content, end)
    this.#content.set(bytes, position)
    this.#size = Math.max(this.#size, end)
    this.#touch(position, end)
  }

  truncate(size: number): void {
    this.#own()
    this.#content = grown(this.#content, size)
    const end = Math.max(this.#size, size)
    if (size < this.#size) this.#content.fill(0, size, this.#size)
    this.#touch(Math.min(this.#size, size), end)
    this.#size = size
  }

  /** Makes everything durable, or only what lies in a range that was written with O_DSYNC. */
  sync(
    range: { readonly from: number; readonly to: number } = { from: 0, to: Number.MAX_SAFE_INTEGER }
  ): void {
    if (this.#dirty.size > 0) this.#own()
    for (const sector of this.#sectors(range)) this.#keep(sector)
    this.#durableSize = this.#size
  }

  /** A sync that failed: the system believes that the pages are clean, and the disk never got them. */
  loseDirty(
    range: { readonly from: number; readonly to: number } = { from: 0, to: Number.MAX_SAFE_INTEGER }
  ): void {
    for (const sector of this.#sectors(range)) this.#dirty.delete(sector)
  }

  /** What a power cut leaves. Sectors are written wholly or not at all, unless they may be garbled. */
  crash(random: SeededRandom, options: { readonly garbles: boolean }): void {
    this.#own()
    const sizes = [this.#durableSize, this.#size]
    const dirty = [...this.#dirty]
    const kept = random.below(4)
    for (const sector of dirty) {
      if (kept === 0 || (kept > 1 && random.oneIn(2))) continue
      this.#keep(sector)
      if (options.garbles && kept === 3 && random.oneIn(8)) this.#garble(sector, random)
    }
    const size = sizes[random.below(2)] as number
    this.#durableContent = grown(this.#durableContent, size)
    this.#durableContent.fill(0, size)
    this.#content = Buffer.from(this.#durableContent)
    this.#size = size
    this.#durableSize = size
    this.#dirty.clear()
  }

  /** Changes one bit for good, as a disk that rots. */
  flip(bit: number): void {
    this.#own()
    const mask = 1 << (bit & 7)
    for (const content of [this.#content, this.#durableContent]) {
      const index = bit >>> 3
      if (index < content.byteLength) content[index] = (content[index] as number) ^ mask
    }
  }

  #own(): void {
    if (!this.#isShared) return
    this.#isShared = false
    this.#content = Buffer.from(this.#content.subarray(0, this.#size))
    this.#durableContent = Buffer.from(this.#durableContent)
  }

  #touch(from: number, to: number): void {
    for (let sector = Math.floor(from / sectorBytes); sector * sectorBytes < to; sector++) {
      this.#dirty.add(sector)
    }
  }

  #sectors({ from, to }: { readonly from: number; readonly to: number }): number[] {
    return [...this.#dirty].filter((sector) => (sector + 1) * sectorBytes > from && sector * sectorBytes < to)
  }

  #keep(sector: number): void {
    const from = sector * sectorBytes
    const to = Math.min(from + sectorBytes, this.#content.byteLength)
    this.#durableContent = grown(this.#durableContent, to)
    this.#content.copy(this.#durableContent, from, from, to)
    this.#dirty.delete(sector)
  }

  #garble(sector: number, random: SeededRandom): void {
    const from = sector * sectorBytes
    const to = Math.min(from + sectorBytes, this.#durableContent.byteLength)
    for (let at = from; at < to; at++) this.#durableContent[at] = random.below(256)
  }
}

/** The buffer, or a longer copy filled up with zeros; capacity doubles so that appends stay cheap. */
function grown(content: Buffer, size: number): Buffer {
  if (size <= content.byteLength) return content
  const longer = Buffer.alloc(Math.max(size, content.byteLength * 2))
  content.copy(longer)
  return longer
}
