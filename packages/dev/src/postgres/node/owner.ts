/**
 * Whose processes and files PostgreSQL's are. It refuses to run as root; started by root (in a container, on a server)
 * it runs as `nobody`, in folders that belong to that user.
 */
import { chmod, chown, mkdir, readFile, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { NaruError } from '@naru/base'

export interface Owner {
  readonly uid: number
  readonly gid: number
}

const UNPRIVILEGED_USER = 'nobody'

/** The user to change to, or undefined when the present one will do. */
export async function findOwner(): Promise<Owner | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n')
  const [, , uid, gid] = lines.find((line) => line.startsWith(`${UNPRIVILEGED_USER}:`))?.split(':') ?? []
  if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) }
  throw new NaruError(
    'NO_UNPRIVILEGED_USER',
    `PostgreSQL does not run as root, and this system has no user ${UNPRIVILEGED_USER}: start as another user, or set DATABASE_URL`
  )
}

/** Whether the owner may walk down to the folder; access lists beyond the mode bits are not looked at. */
export async function isReachable(folder: string, owner: Owner): Promise<boolean> {
  for (let path = resolve(folder); ; path = dirname(path)) {
    const found = await stat(path).catch(() => undefined)
    if (found !== undefined && !mayEnter(found, owner)) return false
    if (path === dirname(path)) return true
  }
}

function mayEnter(
  found: { readonly mode: number; readonly uid: number; readonly gid: number },
  owner: Owner
): boolean {
  if (found.uid === owner.uid) return (found.mode & 0o100) !== 0
  if (found.gid === owner.gid) return (found.mode & 0o010) !== 0
  return (found.mode & 0o001) !== 0
}

export async function give(path: string, owner: Owner | undefined): Promise<void> {
  if (owner !== undefined) await chown(path, owner.uid, owner.gid)
}

/** A folder that everybody may enter, also where new ones are closed by default (a umask of 077). */
export async function openFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true })
  await chmod(path, 0o755)
}
