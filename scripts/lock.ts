// Keeps package-lock.json whole, so that `npm ci` works everywhere. Tools with native parts list one optional
// package per platform. Where a registry mirror has only some of them, npm leaves the others out of the lock
// file and then refuses the lock file as incomplete. An entry with version and platform is all that `npm ci`
// needs to pass over them.
//   node scripts/lock.ts          adds what is missing
//   node scripts/lock.ts --check  fails when something is missing
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from './source/tree.ts'

interface LockEntry {
  readonly version?: string
  readonly cpu?: readonly string[]
  readonly dev?: boolean
  readonly libc?: readonly string[]
  readonly optional?: boolean
  readonly os?: readonly string[]
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

export type LockEntries = Readonly<Record<string, LockEntry>>

/** The entries that the optional dependencies of others call for and that the lock file does not have. */
export function missingEntries(entries: LockEntries): LockEntries {
  const missing: Record<string, LockEntry> = {}
  for (const [place, entry] of Object.entries(entries)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const nested = `${place}/node_modules/${name}`
      const hoisted = `node_modules/${name}`
      if (hoisted in entries || nested in entries) continue
      missing[hoisted] = {
        version,
        ...platformOf(name),
        ...(entry.dev === true ? { dev: true } : {}),
        optional: true
      }
    }
  }
  return missing
}

const systems: readonly string[] = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32']

/** Reads the platform out of a name such as `@oxlint/binding-linux-arm64-musl`. */
function platformOf(name: string): Pick<LockEntry, 'os' | 'cpu' | 'libc'> {
  const [system = '', cpu = '', variant = ''] =
    /(?:^|[/-])([a-z0-9]+)-([a-z0-9]+)(?:-([a-z]+))?$/.exec(name)?.slice(1) ?? []
  if (!systems.includes(system))
    throw new Error(`${name}: no platform in the name; add its entry to the lock file`)
  const libc = { gnu: 'glibc', musl: 'musl' }[variant]
  return { cpu: [cpu], ...(libc === undefined ? {} : { libc: [libc] }), os: [system] }
}

function main(isCheck: boolean): number {
  const path = join(repositoryRoot, 'package-lock.json')
  const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'))
  const lock = parsed as { packages: LockEntries }
  const missing = missingEntries(lock.packages)
  const names = Object.keys(missing)
  if (names.length === 0) return 0
  if (isCheck) {
    console.log(`package-lock.json lacks ${names.length} packages of other platforms, such as ${names[0]}`)
    console.log('npm ci would refuse it; run: node scripts/lock.ts')
    return 1
  }
  const merged = Object.entries({ ...lock.packages, ...missing }).toSorted(([left], [right]) =>
    left < right ? -1 : 1
  )
  writeFileSync(path, `${JSON.stringify({ ...lock, packages: Object.fromEntries(merged) }, null, 2)}\n`)
  console.log(`added ${names.length} packages of other platforms to package-lock.json`)
  return 0
}

if (import.meta.main) process.exitCode = main(process.argv.includes('--check'))
