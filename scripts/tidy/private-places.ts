// Nothing about the machine that a file was written on belongs into the file: no home folders, no checkout
// paths, no registries or mirrors. The places of the machine that runs the check are looked up, not listed.
import { readdirSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { repositoryRoot } from '../source/tree.ts'
import { findLines, isText, type TreeRule } from './rule.ts'

const pathMessage = 'a path of one machine; use a relative path, os.tmpdir() or mktemp'
const hostMessage = "a package registry; let the client's own settings choose it"

/** Registries that everybody's clients know without being told. */
const publicRegistries = [
  /registry\.(npmjs\.org|yarnpkg\.com)/,
  /repo1?\.maven(\.apache)?\.org/,
  /proxy\.golang\.org/,
  /\bpypi\.org/,
  /deb\.debian\.org/
]

export const privatePlaces: TreeRule = (tree) => {
  const hosts = registryHosts(process.env)
  const places = pathPattern([homedir(), ...checkouts(repositoryRoot)])
  return tree.files.filter(isText).flatMap((path) => {
    const text = tree.read(path)
    return [
      ...findLines(path, text, places, (found) => `${found}: ${pathMessage}`),
      ...(isCode(path) ? findLines(path, text, temporary, (found) => `${found}: ${pathMessage}`) : []),
      ...hosts.flatMap((host) => findLines(path, text, host, (found) => `${found}: ${hostMessage}`)),
      ...(path.endsWith('package-lock.json') ? lockedHosts(path, text) : [])
    ]
  })
}

const isCode = (path: string): boolean => /\.(ts|js|mjs|sh|java|go)$|\.ci\//.test(path)

/** The data folders of Kafka's own examples are facts about Kafka, not about a machine. */
const temporary = /(?<![\w$}.-])\/tmp\/(?!kafka-|kraft-)/

/** The checkout and what lies beside it, which is where people keep notes, other checkouts and downloads. */
function checkouts(root: string): readonly string[] {
  const parent = dirname(root)
  const isCrowded = parent === '/' || parent === tmpdir()
  return isCrowded ? [root] : readdirSync(parent).map((name) => join(parent, name))
}

/** Home folders of any machine, and the given folders of this one. A folder of the root itself says nothing. */
export function pathPattern(folders: readonly string[]): RegExp {
  const own = folders
    .filter((folder) => folder.length > 1)
    .map((folder) => `${escapePattern(folder)}(?![\\w-])`)
  return new RegExp(`(?<![\\w$}.-])(${[...own, '/(home|Users)/[a-z][\\w-]*/'].join('|')})`)
}

const escapePattern = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

/** The hosts that this machine's clients are told to use, by the variables that they read. */
export function registryHosts(env: Readonly<Record<string, string | undefined>>): readonly RegExp[] {
  const settings = ['npm_config_registry', 'NPM_CONFIG_REGISTRY', 'GOPROXY', 'PIP_INDEX_URL', 'MAVEN_MIRROR']
  const urls = settings.flatMap((name) => env[name]?.split(/[,|]/) ?? []).filter((url) => URL.canParse(url))
  const own = urls.map((url) => new URL(url).host).map((host) => new RegExp(escapePattern(host)))
  return [...publicRegistries, ...own]
}

function lockedHosts(path: string, text: string): ReturnType<typeof findLines> {
  return findLines(path, text, /"resolved": "https?:/, () => 'the lock file names a registry; see .npmrc')
}
