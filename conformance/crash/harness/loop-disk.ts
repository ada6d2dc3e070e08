/**
 * A disk that can lose its power: an ext4 or XFS in a file, mounted by a loop device, and shut down without a flush
 * of its log. What it lost was never synced; what it kept reached the device. The device itself never loses what it
 * took, so that a missing cache flush of the kernel would stay unseen.
 */
import { truncate, mkdir, rm, writeFile } from 'node:fs/promises'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { cached } from '../../cache.ts'
import { fingerprint, run, runOrThrow } from '../../process.ts'
import { atExit, temporaryFolder } from './at-exit.ts'

const UNMOUNT = 'umount'

export type FileSystem = 'ext4' | 'xfs'

/** XFS takes no less. */
const trialBytes = 320 * 1024 ** 2

/** Undefined when this machine can do it, otherwise what is missing: a container's root, for example, may not mount. */
export async function whyNoLoopDisk(kind: FileSystem): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'mounting needs root'
  const made = await run(`mkfs.${kind}`, ['-V']).catch(() => undefined)
  if (made === undefined) return `mkfs.${kind} is missing (apt-get install e2fsprogs xfsprogs)`
  try {
    await using place = await temporaryFolder('trial', undefined)
    await using disk = await LoopDisk.create(place.path, kind, trialBytes)
    await disk.cutPower()
    return undefined
  } catch (error) {
    return `the power of a mounted disk cannot be cut here: ${error instanceof Error ? error.message : String(error)}`
  }
}

async function cutProgram(): Promise<string> {
  const folder = join(import.meta.dirname, '../go')
  const sources = [join(folder, 'cut/main.go')]
  const target = await cached(`crash-cut-${await fingerprint(sources)}`, async (built) => {
    await runOrThrow('go', ['build', '-trimpath', '-o', join(built, 'cut'), './cut'], { cwd: folder })
  })
  return join(target, 'cut')
}

export class LoopDisk implements AsyncDisposable {
  readonly path: string
  readonly #image: string
  readonly #cut: string
  #unmounted: (() => void) | undefined

  constructor(folder: string, cut: string) {
    this.#image = join(folder, 'image')
    this.path = join(folder, 'disk')
    this.#cut = cut
  }

  /** Makes the file system in `folder` and mounts it at `path`. */
  static async create(folder: string, kind: FileSystem, bytes: number): Promise<LoopDisk> {
    const disk = new LoopDisk(folder, await cutProgram())
    await mkdir(disk.path, { recursive: true })
    await writeFile(disk.#image, '')
    await truncate(disk.#image, bytes)
    await runOrThrow(`mkfs.${kind}`, ['-q', kind === 'ext4' ? '-F' : '-f', disk.#image])
    await disk.mount()
    return disk
  }

  async mount(): Promise<void> {
    await runOrThrow('mount', ['-o', 'loop', this.#image, this.path])
    // Lazily: whoever is being killed may still have files open.
    this.#unmounted = atExit(() => spawnSync(UNMOUNT, ['-l', this.path]))
  }

  async unmount(): Promise<void> {
    await runOrThrow(UNMOUNT, [this.path])
    this.#unmounted?.()
    this.#unmounted = undefined
  }

  /** Writes everything to the device: for what is no part of the test. */
  async sync(): Promise<void> {
    await runOrThrow('sync', ['-f', this.path])
  }

  /** The power goes, and comes back: whoever had files open must be dead before. */
  async cutPower(): Promise<void> {
    await runOrThrow(this.#cut, [this.path])
    await this.unmount()
    await this.mount()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#unmounted !== undefined) await this.unmount()
    await rm(this.#image, { force: true })
  }
}
