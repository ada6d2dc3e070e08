// The files of the repository as the checks see them: what git tracks, and what is new and not ignored.
// The checks take a tree as an argument, so that their tests can hand them a few lines of text instead.
import { execFileSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

export interface SourceTree {
  /** Paths relative to the root, with forward slashes, sorted. */
  readonly files: readonly string[]
  read(path: string): string
  bytes(path: string): number
}

export const repositoryRoot: string = join(import.meta.dirname, '..', '..')

const gitOutputBytesMax = 64 * 1024 * 1024

export function openTree(root: string = repositoryRoot): SourceTree {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: gitOutputBytesMax
  })
  const paths = [...new Set(listed.split('\0'))].filter((path) => path !== '' && isFile(join(root, path)))
  const texts = new Map<string, string>()
  return {
    files: paths.toSorted(),
    bytes: (path) => statSync(join(root, path)).size,
    read(path) {
      const text = texts.get(path) ?? readFileSync(join(root, path), 'utf8')
      texts.set(path, text)
      return text
    }
  }
}

export function treeOf(texts: Readonly<Record<string, string>>): SourceTree {
  return {
    files: Object.keys(texts).toSorted(),
    bytes: (path) => Buffer.byteLength(textAt(texts, path)),
    read: (path) => textAt(texts, path)
  }
}

function textAt(texts: Readonly<Record<string, string>>, path: string): string {
  const text = texts[path]
  if (text === undefined) throw new Error(`the tree has no file ${path}`)
  return text
}

// A file that is deleted but not yet committed is still listed by git, and a submodule or a link to a
// folder is listed as if it were a file.
function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}
