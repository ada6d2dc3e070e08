// The folder of a shop: one shop at a time has it.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { DiskLock } from '@naru/base'
import { nodeDisk } from '@naru/base/node'
import { Refused } from './refusal.ts'

/** Takes the folder, making it if need be, until the lock is released or this process ends. */
export async function claimFolder(folder: string): Promise<DiskLock> {
  await mkdir(folder, { recursive: true, mode: 0o755 })
  const lock = await nodeDisk.lock(join(folder, 'shop.lock'))
  if (lock === undefined) throw new Refused({ kind: 'folder-in-use', folder })
  return lock
}
