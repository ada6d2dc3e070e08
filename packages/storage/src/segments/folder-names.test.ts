import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Disk } from '@naru/base'
import { FolderNames } from './folder-names.ts'

function disk(): { readonly disk: Disk; readonly syncs: Array<() => void> } {
  const syncs: Array<() => void> = []
  const syncDirectory = (): Promise<void> => new Promise((resolve) => syncs.push(resolve))
  return { disk: { syncDirectory } as unknown as Disk, syncs }
}

test('one sync serves all names that were made before it began', async () => {
  const { disk: fake, syncs } = disk()
  const names = new FolderNames(fake)
  const [first, second] = [names.made('log'), names.made('log')]
  const syncing = names.sync('log', first)
  syncs[0]?.()
  await syncing
  await names.sync('log', second)
  assert.equal(syncs.length, 1)
})

test('a name that was made while a sync ran needs another one', async () => {
  const { disk: fake, syncs } = disk()
  const names = new FolderNames(fake)
  const syncing = names.sync('log', names.made('log'))
  const late = names.made('log')
  syncs[0]?.()
  await syncing
  const again = names.sync('log', late)
  assert.equal(syncs.length, 2)
  syncs[1]?.()
  await again
})
