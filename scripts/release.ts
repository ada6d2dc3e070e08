// `node scripts/release.ts` builds and packs every published package into `dist/*.tgz`; `npm run test:packages`
// tries those files as a stranger would, and `npm publish dist/<file>` publishes one.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { buildPackages, type BuiltPackage } from './release/build.ts'
import { run } from './run.ts'
import { repositoryRoot } from './source/tree.ts'

export interface Release {
  readonly packages: readonly BuiltPackage[]
  readonly tarballs: readonly string[]
}

export async function packAll(): Promise<Release> {
  const packages = await buildPackages()
  const folder = join(repositoryRoot, 'dist')
  const folders = packages.map((one) => one.folder)
  const packed = await run(['npm', 'pack', '--pack-destination', folder, ...folders], { cwd: folder })
  if (packed.code !== 0) throw new Error(`npm pack failed:\n${packed.output}`)
  const tarballs = readdirSync(folder).filter((name) => name.endsWith('.tgz'))
  return { packages, tarballs: tarballs.toSorted().map((name) => join(folder, name)) }
}

if (import.meta.main) {
  const { tarballs } = await packAll()
  for (const path of tarballs) console.log(path)
}
