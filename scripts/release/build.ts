// Builds every published package into `dist/<package>`, ready to be packed: one run of tsc over all sources,
// since packages import each other's sources here, then each package's part of the output with its manifest.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run } from '../run.ts'
import { openTree, repositoryRoot } from '../source/tree.ts'
import { isTestFile, unitsOf, type Manifest } from '../source/units.ts'
import { publishedManifest, rewriteSourcePaths } from './published.ts'

export interface BuiltPackage {
  readonly name: string
  readonly manifest: Manifest
  /** The folder that is packed. */
  readonly folder: string
}

const distFolder = join(repositoryRoot, 'dist')
const buildFolder = join(repositoryRoot, '.cache', 'release')

const isShipped = (path: string): boolean => /^packages\/[^/]+\/src\//.test(path) && !isTestFile(path)

export async function buildPackages(): Promise<readonly BuiltPackage[]> {
  const tree = openTree()
  const sources = tree.files.filter(isShipped)
  await compile(sources.filter((path) => path.endsWith('.ts')))
  rmSync(distFolder, { recursive: true, force: true })
  const units = [...unitsOf(tree).values()].filter(
    (unit) => unit.packageName !== undefined && unit.manifest.private !== true
  )
  return units
    .filter((unit) => sources.some((path) => path.startsWith(`${unit.folder}/`)))
    .map((unit) => {
      const own = tree.files.filter((path) => path.startsWith(`${unit.folder}/`))
      const folder = join(distFolder, unit.packageName ?? '')
      for (const path of own) writePart(path.slice(unit.folder.length + 1), path, folder)
      writeText(
        join(folder, 'package.json'),
        `${JSON.stringify(publishedManifest(unit.manifest), null, 2)}\n`
      )
      cpSync(join(repositoryRoot, 'LICENSE'), join(folder, 'LICENSE'))
      return { name: unit.manifest.name ?? '', manifest: unit.manifest, folder }
    })
}

/** Puts what becomes of one file of a package into the folder that is packed. */
function writePart(part: string, path: string, folder: string): void {
  const target = join(folder, part.replace(/^src\//, 'dist/'))
  if (part.startsWith('bin/'))
    writeText(target, rewriteSourcePaths(part, read(join(repositoryRoot, path))), 0o755)
  if (/^README(\.\w+)?\.md$/.test(part)) copy(join(repositoryRoot, path), target)
  if (!isShipped(path)) return
  const stem = target.replace(/\.ts$/, '')
  if (stem === target) return copy(join(repositoryRoot, path), target)
  const built = join(buildFolder, 'out', path.slice('packages/'.length).replace(/\.ts$/, ''))
  writeText(`${stem}.js`, rewriteSourcePaths(part, read(`${built}.js`)))
  copy(`${built}.d.ts`, `${stem}.d.ts`)
}

async function compile(sources: readonly string[]): Promise<void> {
  rmSync(buildFolder, { recursive: true, force: true })
  const settings = {
    extends: '../../tsconfig.base.json',
    compilerOptions: {
      noEmit: false,
      noEmitOnError: true,
      declaration: true,
      rootDir: '../../packages',
      outDir: './out',
      types: ['node'],
      typeRoots: ['../../node_modules/@types']
    },
    files: sources.map((path) => `../../${path}`)
  }
  const project = join(buildFolder, 'tsconfig.json')
  writeText(project, JSON.stringify(settings))
  const result = await run(['tsc', '--project', project])
  if (result.code !== 0) throw new Error(`tsc does not build the packages:\n${result.output}`)
}

const read = (path: string): string => readFileSync(path, 'utf8')

function writeText(path: string, text: string, mode: number = 0o644): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text, { mode })
}

function copy(from: string, to: string): void {
  if (!existsSync(from)) throw new Error(`${from} was not built`)
  mkdirSync(dirname(to), { recursive: true })
  cpSync(from, to)
}
