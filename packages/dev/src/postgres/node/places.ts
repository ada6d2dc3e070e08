/**
 * The folders of one embedded PostgreSQL. They lie in the folder that was asked for, unless PostgreSQL's user cannot
 * get there (a clone in root's home): then in the system's place for such data, with a note that leads there.
 */
import { createHash, randomBytes } from 'node:crypto'
import { readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Owner, give, isReachable, openFolder } from './owner.ts'

export interface Places {
  /** Belongs to whoever starts PostgreSQL: password and port. */
  readonly settings: string
  /** Belongs to PostgreSQL's user: programs or links to them, and the cluster. */
  readonly home: string
  readonly data: string
}

const FAR_PLACE = '/var/lib/naru-postgres'
const NOTE = 'place'

export async function preparePlaces(folder: string, owner: Owner | undefined): Promise<Places> {
  const settings = resolve(folder)
  await openFolder(settings)
  const home =
    owner === undefined || (await isReachable(settings, owner))
      ? join(settings, 'home')
      : await farHome(settings)
  await openFolder(home)
  await give(home, owner)
  const data = join(home, 'data')
  return { settings, home, data }
}

/** Named by the folder and a note in it: who deletes the folder begins anew, and what it led to is removed. */
async function farHome(settings: string): Promise<string> {
  const note = join(settings, NOTE)
  const known = await readFile(note, 'utf8').catch(() => undefined)
  if (known !== undefined) return known
  const name = createHash('sha256').update(settings).digest('hex').slice(0, 12)
  for (const entry of await readdir(FAR_PLACE).catch(() => []))
    if (entry.startsWith(`${name}-`)) await rm(join(FAR_PLACE, entry), { recursive: true, force: true })
  const home = join(FAR_PLACE, `${name}-${randomBytes(4).toString('hex')}`)
  await openFolder(FAR_PLACE)
  await openFolder(home)
  await writeFile(note, home, { flush: true })
  return home
}
