// The same tests in node:test, vitest and jest, in parallel files, with the packages as a stranger installs them.
//   node conformance/runners/run.ts            all of them
//   node conformance/runners/run.ts vitest     some
// Each runner has a project of its own; they share one folder of installed packages, since Node looks upwards.
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const here = import.meta.dirname
const repository = dirname(dirname(here))

const fileCount = 3
const secondsMax = 120

/** What a runner prints when a test has left something open, though it counts as passed. */
const leftOpen = /did not exit|failed to exit gracefully|close timed out|open handle/i

/** How a test file of each project gets its `test`. */
const headers: Readonly<Record<string, string>> = {
  'node-test': `import { test } from 'node:test'`,
  vitest: `import { test } from 'vitest'`,
  jest: `import { test } from '@jest/globals'`,
  'jest-commonjs': `import { test } from '@jest/globals'`
}

interface Manifest {
  readonly type: 'module' | 'commonjs'
  readonly devDependencies: Readonly<Record<string, string>>
}

function manifestOf(project: string): Manifest {
  return JSON.parse(readFileSync(join(here, 'projects', project, 'package.json'), 'utf8')) as Manifest
}

function npm(folder: string, ...args: readonly string[]): void {
  execFileSync('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
}

/** Packs our packages and installs them with what the projects name. */
function install(folder: string, projects: readonly string[]): void {
  const packed = execFileSync('node', [join(repository, 'scripts', 'release.ts')], { encoding: 'utf8' })
  const tarballs = packed.split('\n').filter((line) => line.endsWith('.tgz'))
  const devDependencies = Object.assign(
    {},
    ...projects.map((one) => manifestOf(one).devDependencies)
  ) as object
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, devDependencies }))
  npm(folder, 'install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', ...tarballs)
}

function commonJs(text: string): string {
  return text.replaceAll(/^import (.+) from ('.+')$/gm, 'const $1 = require($2)')
}

function writeProject(folder: string, project: string): void {
  cpSync(join(here, 'projects', project), join(folder, project), { recursive: true })
  const module = `${headers[project]}\n${readFileSync(join(here, 'broker.test.js'), 'utf8')}`
  const text = manifestOf(project).type === 'module' ? module : commonJs(module)
  for (let index = 1; index <= fileCount; index++) {
    writeFileSync(join(folder, project, `broker-${index}.test.js`), text)
  }
}

function runProject(folder: string): Promise<{ readonly isOk: boolean; readonly output: string }> {
  return new Promise((resolve) => {
    const child = spawn('npm', ['test'], {
      cwd: folder,
      env: { ...process.env, CI: '1' },
      timeout: secondsMax * 1000
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (output += text))
    }
    child.once('close', (code) => resolve({ isOk: code === 0 && !leftOpen.test(output), output }))
  })
}

async function main(asked: readonly string[]): Promise<number> {
  const all = readdirSync(join(here, 'projects')).toSorted()
  const projects = asked.length === 0 ? all : all.filter((project) => asked.includes(project))
  const folder = mkdtempSync(join(tmpdir(), 'naru-runners-'))
  let failed = 0
  try {
    install(folder, projects)
    for (const project of projects) {
      writeProject(folder, project)
      const started = performance.now()
      const { isOk, output } = await runProject(join(folder, project))
      const seconds = ((performance.now() - started) / 1000).toFixed(1)
      console.log(`${isOk ? 'ok    ' : 'FAILED'} ${project.padEnd(14)} ${seconds} s`)
      if (!isOk) console.log(output)
      if (!isOk) failed++
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  console.log(`${projects.length - failed} passed, ${failed} failed`)
  return failed === 0 && projects.length > 0 ? 0 : 1
}

process.exitCode = await main(process.argv.slice(2))
