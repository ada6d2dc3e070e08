/** A copy of the repository at HEAD in a folder of its own, whose packages import each other and not ours. */
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runOrThrow } from '../process.ts'
import type { Mistake } from './mistake.ts'

const root = join(import.meta.dirname, '../..')

export class Worktree implements AsyncDisposable {
  readonly path: string

  private constructor(path: string) {
    this.path = path
  }

  static async create(): Promise<Worktree> {
    const path = join(await mkdtemp(join(tmpdir(), 'naru-planted-')), 'repository')
    await runOrThrow('git', ['worktree', 'add', '--detach', '--force', path, 'HEAD'], { cwd: root })
    await linkModules(path)
    return new Worktree(path)
  }

  /** Puts a mistake into the code; throws when the code is no longer what it was made for. */
  async plant({ name, changes }: Mistake): Promise<void> {
    for (const { file, find, instead } of changes) {
      const path = join(this.path, file)
      const parts = (await readFile(path, 'utf8')).split(find)
      if (parts.length !== 2) {
        throw new Error(`${name} no longer fits: its text stands ${parts.length - 1} times in ${file}`)
      }
      await writeFile(path, parts.join(instead))
    }
  }

  async restore(): Promise<void> {
    await runOrThrow('git', ['checkout', '--', '.'], { cwd: this.path })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await runOrThrow('git', ['worktree', 'remove', '--force', this.path], { cwd: root })
    await rm(join(this.path, '..'), { recursive: true, force: true })
  }
}

/** What others have made is shared; our own packages are those of the copy. */
async function linkModules(path: string): Promise<void> {
  const modules = join(root, 'node_modules')
  const own = join(path, 'node_modules', '@naru')
  await mkdir(own, { recursive: true })
  for (const name of await readdir(modules)) {
    if (name !== '@naru') await symlink(join(modules, name), join(path, 'node_modules', name))
  }
  for (const name of await readdir(join(path, 'packages'))) {
    await symlink(join('../../packages', name), join(own, name))
  }
}
