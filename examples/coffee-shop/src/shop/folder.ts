// The folder of a shop: one shop at a time has it, and what is somebody else's is left alone.
import { access, constants, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type DiskLock, errorCode } from '@naru/base'
import { nodeDisk } from '@naru/base/node'
import { hasCredentials } from './credentials.ts'
import { Refused } from './refusal.ts'

const LOCK = 'shop.lock'
/** May be there before the shop is: of a start that was killed early, and of the file system. */
const HARMLESS = new Set([LOCK, 'lost+found'])

const FORBIDDING = new Set(['EACCES', 'EPERM', 'EROFS'])

/** Takes the folder, making it if need be, until the lock is released or this process ends. */
export async function claimFolder(folder: string): Promise<DiskLock> {
  try {
    await refuseForeign(folder)
    await mkdir(folder, { recursive: true, mode: 0o755 })
  } catch (error) {
    const reason = errorCode(error) ?? ''
    if (!FORBIDDING.has(reason)) throw error
    throw new Refused({ kind: 'folder-not-writable', folder, reason }, error)
  }
  const lock = await nodeDisk.lock(join(folder, LOCK))
  if (lock === undefined) throw new Refused({ kind: 'folder-in-use', folder })
  return lock
}

async function refuseForeign(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined
    if (errorCode(error) === 'ENOTDIR') throw new Refused({ kind: 'not-a-folder', folder }, error)
    throw error
  })
  if (names === undefined) return
  // What may not be written may not be told apart either, since the passwords in it may not be read.
  await access(folder, constants.W_OK)
  if (names.every((name) => HARMLESS.has(name)) || (await hasCredentials(folder))) return
  throw new Refused({ kind: 'folder-foreign', folder })
}
