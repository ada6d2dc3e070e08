// Each tidy rule is shown by a few lines that break it and a few that look alike and are fine.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { treeOf } from './source/tree.ts'
import { checkTidy } from './tidy.ts'
import { pathPattern, registryHosts } from './tidy/private-places.ts'
import { fileBytesMax, fileLinesMax, fileLinesSoft, functionLinesMax } from './tidy/sizes.ts'

function findingsOf(path: string, text: string): string[] {
  return checkTidy(treeOf({ [path]: text }))
    .filter((finding) => finding.warning !== true)
    .map(({ line, message }) => `${line} ${message}`)
}

function assertFault(path: string, text: string, expected: RegExp): void {
  const findings = findingsOf(path, text)
  assert.equal(findings.length, 1, findings.join('\n'))
  assert.match(findings[0] ?? '', expected)
}

function assertFine(path: string, text: string): void {
  assert.deepEqual(findingsOf(path, text), [])
}

const source = 'packages/broker/src/fetch-session.ts'
const note = ['TO', 'DO'].join('')

describe('calls that are not pure', () => {
  const calls: ReadonlyArray<readonly [text: string, instead: RegExp]> = [
    ['const at = Date.now()', /Date\.now: .*Clock/],
    ['const at = new Date()', /current Date: .*Clock/],
    ['const at = performance.now()', /Clock/],
    ['const at = process.hrtime.bigint()', /process\.hrtime: .*Clock/],
    ['const draw = Math.random()', /Random/],
    ['const id = crypto.randomUUID()', /Random/],
    [`import { randomBytes } from 'node:crypto'`, /crypto\.randomBytes: .*Random/],
    ['setTimeout(work, 5)', /Timers/],
    ['globalThis.setInterval(work, 5)', /Timers/],
    ['const options = { later: setImmediate }', /Timers/],
    ['const options = { setTimeout }', /Timers/],
    [`import { readFile } from 'node:fs/promises'`, /Disk/],
    [`import type { Socket } from 'node:net'`, /Network/],
    [`const { spawn } = await import('node:child_process')`, /node\/ folder/],
    [`import { Worker } from 'node:worker_threads'`, /node\/ folder/]
  ]
  for (const [text, instead] of calls) {
    test(`${text} names its replacement`, () =>
      assertFault(source, `\n${text}`, new RegExp(`^2 .*${instead.source}`)))
  }

  test('what only has such a name is fine', () => {
    assertFine(source, 'timers.setTimeout(1)\nconst at = new Date(5)\nqueueMicrotask(work)')
    assertFine(source, 'interface Loop { setTimeout(ms: number): void }\nconst loop = { setImmediate: 1 }')
    assertFine(source, `import { createHash } from 'node:crypto'`)
  })

  test('node folders, tests and everything that is not a package source may call them', () => {
    const text = `import { open } from 'node:fs'\nsetTimeout(open, Date.now())`
    assertFine('packages/base/src/node/disk.ts', text)
    assertFine('packages/broker/src/fetch.test.ts', text)
    assertFine('packages/broker/test/restart.ts', text)
    assertFine('scripts/run.ts', text)
  })
})

describe('what Node 22 does not have', () => {
  test('is found in what is published, with what to use instead', () => {
    assertFault(source, 'const stack = new AsyncDisposableStack()', /not in Node 22: close in a finally/)
    assertFault(source, 'if (import.meta.main) run()', /bin\//)
    assertFault('packages/base/src/node/a.ts', 'const pattern = RegExp.escape(text)', /replaceAll/)
  })

  test('may be used in tests and scripts, and named in types', () => {
    assertFine('packages/broker/test/a.ts', 'const stack = new AsyncDisposableStack()')
    assertFine('scripts/a.ts', 'if (import.meta.main) run()')
    assertFine(source, 'function close(stack: AsyncDisposableStack): void {}')
  })
})

describe('sizes', () => {
  const lines = (count: number): string => 'work()\n'.repeat(count)
  const body = (count: number): string => `function plan() {\n${'  work()\n'.repeat(count - 2)}}\n`

  test('a file over the soft limit is a warning, over the hard limit a failure', () => {
    assertFine(source, lines(fileLinesMax))
    assertFault(source, lines(fileLinesMax + 1), /801 lines; split it/)
    const soft = checkTidy(treeOf({ [source]: lines(fileLinesSoft + 1) }))
    assert.equal(soft.length, 1)
    assert.equal(soft[0]?.warning, true)
  })

  test('a function has at most seventy lines, and is named when it has more', () => {
    assertFine(source, body(functionLinesMax))
    assertFault(source, `\n${body(functionLinesMax + 1)}`, /^2 plan has 71 lines/)
    assertFault(
      source,
      body(functionLinesMax + 1).replace('function plan() {', 'const draw = () => {'),
      /draw has/
    )
  })

  test('a group of tests is as long as its tests', () => {
    const inner = 'test(name, () => {\n  work()\n})\n'.repeat(30)
    assertFine('packages/broker/src/fetch.test.ts', `describe('fetch', () => {\n${inner}})`)
    assertFine('packages/storage/src/suite/append-cases.ts', `export function appendCases() {\n${inner}}`)
  })

  test('generated messages may be as long as the protocol', () => {
    assertFine('packages/protocol/src/messages/03-metadata.ts', body(fileLinesMax * 2))
  })

  test('a file over one mebibyte does not belong into the repository', () => {
    assertFault('docs/guide/pictures.txt', 'x'.repeat(fileBytesMax + 1), /over 1 MiB/)
  })
})

describe('leftovers', () => {
  test('notes to oneself are found in comments and in text', () => {
    assertFault(source, `work() // ${note}: later`, /^1 .*do it now/)
    assertFault('docs/guide/start.md', `Start.\n\n${note}`, /^3 /)
    assertFine(source, `const text = '${note}'`)
  })

  test('tests that are switched off need a reason, and none may be the only one', () => {
    const path = 'packages/broker/src/fetch.test.ts'
    assertFault(path, `test.only('a', run)`, /only: /)
    assertFault(path, `test('a', { only: true }, run)`, /only: /)
    assertFault(path, `describe.skip('a', run)`, /skipped without a reason/)
    assertFault(path, `test('a', { skip: true }, run)`, /skipped without a reason/)
    assertFault(path, `test('a', (t) => { t.skip() })`, /skipped without a reason/)
    assertFine(path, `test('a', { skip: 'needs podman' }, run)\ntest('b', (t) => { t.skip('needs root') })`)
    assertFine(path, 'reader.skip(4)')
  })

  test('syntax that cannot be erased, and any', () => {
    assertFault(source, 'enum Kind { A }', /as const/)
    assertFault(source, 'namespace Kinds { export const a = 1 }', /module/)
    assertFault(source, 'class Log { constructor(private readonly disk: Disk) {} }', /declare the field/)
    assertFault(source, 'let value: any', /unknown/)
    assertFine(source, 'declare global { interface Symbols { a: 1 } }')
  })

  test('a file that cannot be parsed is a finding', () =>
    assertFault(source, 'const = 1', /fetch-session\.ts/))
})

describe('layout', () => {
  test('a file that has no place is named', () => {
    assertFault('notes.md', '', /not a file of the root/)
    assertFault('lib/a.ts', '', /no folder lib/)
    assertFault('packages/novel/src/a.ts', '', /no package novel/)
    assertFault('packages/broker/lib/a.ts', '', /a package holds/)
    assertFine('packages/protocol/schema/00-produce.ts', '')
  })

  test('names are in kebab case, except documents and what other languages name', () => {
    assertFault('packages/broker/src/fetchSession.ts', '', /kebab case/)
    assertFault('packages/broker/src/Fetch/a.ts', '', /kebab case/)
    assertFine('conformance/clients/java/ReadBack.java', '')
    assertFine('conformance/clients/FINDINGS.md', '')
    assertFine('packages/protocol/test/golden/Produce_v3.hex', '')
  })
})

describe('places of one machine', () => {
  test('home folders, checkouts and temporary folders are found', () => {
    const home = ['', 'home', 'kim', 'log'].join('/')
    assertFault('docs/guide/start.md', `See ${home}.`, /a path of one machine/)
    assertFault('scripts/a.ts', `const folder = '${['', 'tmp', 'a'].join('/')}'`, /tmpdir/)
    const pattern = pathPattern(['/srv/checkout'])
    assert.match('cd /srv/checkout', pattern)
    assert.match('"/srv/checkout/a"', pattern)
    assert.doesNotMatch('/srv/checkouts and x/srv/checkout', pattern)
  })

  test('registries are found, those of the running machine too', () => {
    assertFault(
      'conformance/run.sh',
      `npm ci --registry https://${['registry', 'npmjs', 'org'].join('.')}`,
      /registry/
    )
    const own = registryHosts({ GOPROXY: 'https://mirror.example:8080/go,direct' })
    assert.ok(own.some((host) => host.test('fetch from mirror.example:8080')))
    assertFault('package-lock.json', '"resolved": "https://mirror.example/a.tgz"', /names a registry/)
  })
})

describe('manifests', () => {
  const complete = {
    name: '@naru/base',
    version: '0.1.0',
    description: 'What everything stands on',
    license: 'Apache-2.0',
    type: 'module',
    engines: { node: '>=22.22' },
    files: ['dist'],
    exports: { '.': './src/index.ts' }
  }
  const packageWith = (fields: object): string[] =>
    checkTidy(
      treeOf({
        'packages/base/package.json': JSON.stringify({ ...complete, ...fields }),
        'packages/base/README.md': '',
        'packages/base/src/index.ts': ''
      })
    ).map(({ message }) => message)

  test('a complete one is fine', () => assert.deepEqual(packageWith({}), []))

  test('each missing field is named', () => {
    assert.match(packageWith({ license: 'MIT' }).join(), /Apache-2\.0/)
    assert.match(packageWith({ engines: {} }).join(), /engines/)
    assert.match(packageWith({ files: undefined }).join(), /files/)
    assert.match(packageWith({ exports: undefined }).join(), /exports/)
    assert.match(packageWith({ exports: { './suite': './src/suite.ts' } }).join(), /does not exist/)
  })

  test('a workspace that is not published is private', () => {
    const text = JSON.stringify({ name: 'naru-fuzz', license: 'Apache-2.0', type: 'module' })
    assertFault('fuzz/package.json', text, /private/)
  })

  test('a dependency has its row, with its version', () => {
    const needs = JSON.stringify({ ...complete, dependencies: { yaml: '2.9.1', '@naru/protocol': '0.1.0' } })
    const findings = (row: string): readonly string[] =>
      checkTidy(treeOf({ 'packages/base/package.json': needs, 'docs/dependencies.md': row }))
        .map(({ message }) => message)
        .filter((message) => message.includes('no row'))
    assert.deepEqual(findings('| `yaml` | 2.9.1 | cli | printing | ISC | a printer |'), [])
    assert.deepEqual(findings('| `yaml` | 2.8.0 | cli | printing | ISC | a printer |'), [
      'docs/dependencies.md has no row for yaml 2.9.1'
    ])
  })

  test('packages carry one version', () => {
    const findings = checkTidy(
      treeOf({
        'packages/base/package.json': JSON.stringify(complete),
        'packages/client/package.json': JSON.stringify({
          ...complete,
          name: '@naru/client',
          version: '0.2.0'
        })
      })
    )
    assert.ok(findings.some(({ message }) => message.includes('0.1.0 and 0.2.0')))
  })
})
