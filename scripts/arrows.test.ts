// Each rule of the arrows is shown by a few lines that break it, in a tree that lives in memory.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { checkArrows } from './arrows.ts'
import { findCycles } from './source/cycles.ts'
import { treeOf } from './source/tree.ts'

const manifest = (name: string, fields: object = {}): string =>
  JSON.stringify({ name, exports: { '.': './src/index.ts' }, ...fields })

const dependsOn = (...names: string[]): object => ({
  dependencies: Object.fromEntries(names.map((name) => [`@naru/${name}`, '0.1.0']))
})

const repository = {
  'packages/base/package.json': manifest('@naru/base', {
    exports: { '.': './src/index.ts', './node': './src/node/index.ts', './tables/*': './src/tables/*.ts' }
  }),
  'packages/protocol/package.json': manifest('@naru/protocol', dependsOn('base')),
  'packages/simulator/package.json': manifest('@naru/simulator', dependsOn('base')),
  'packages/storage/package.json': manifest('@naru/storage', {
    ...dependsOn('base', 'protocol'),
    devDependencies: { '@naru/simulator': '0.1.0' }
  }),
  'packages/broker/package.json': manifest('@naru/broker', dependsOn('base', 'storage')),
  'packages/service/package.json': manifest('@naru/service', dependsOn('base')),
  'fuzz/package.json': manifest('naru-fuzz', dependsOn('protocol', 'simulator')),
  'examples/bank/package.json': manifest('bank', dependsOn('service'))
}

function messagesOf(files: Record<string, string>): string[] {
  return checkArrows(treeOf({ ...repository, ...files })).map(
    ({ file, line, message }) => `${file}:${line} ${message}`
  )
}

function assertFault(path: string, text: string, expected: RegExp): void {
  const messages = messagesOf({ [path]: text })
  assert.equal(messages.length, 1, messages.join('\n'))
  assert.match(messages[0] ?? '', expected)
}

describe('imports between packages', () => {
  test('a declared dependency of lower rank is fine, by its public names', () => {
    const text = `import { a } from '@naru/base'
      import { b } from '@naru/base/node'
      import { c } from '@naru/base/tables/errors'
      import { d } from './reader.ts'`
    assert.deepEqual(
      messagesOf({ 'packages/storage/src/log.ts': text, 'packages/storage/src/reader.ts': '' }),
      []
    )
  })

  test('an arrow to the same or a higher rank is refused', () => {
    assertFault(
      'packages/protocol/src/a.ts',
      `import '@naru/simulator'`,
      /a\.ts:1 .*rank 1.*arrows point down/
    )
    assertFault('packages/protocol/src/a.ts', `\nexport * from '@naru/storage'`, /a\.ts:2 .*rank 2/)
  })

  test('a manifest that declares a forbidden arrow is refused even without an import', () => {
    assertFault(
      'packages/base/package.json',
      manifest('@naru/base', dependsOn('protocol')),
      /must not depend on/
    )
    assertFault('packages/service/package.json', manifest('@naru/service', dependsOn('storage')), /client/)
  })

  test('a package without a rank is named', () => {
    assertFault('packages/novel/package.json', manifest('@naru/novel'), /novel has no rank/)
  })

  test('an undeclared dependency is refused, in type positions and lazy imports too', () => {
    assertFault('packages/broker/src/a.ts', `import type { T } from '@naru/protocol'`, /not declared/)
    assertFault('packages/broker/src/a.ts', `type T = import('@naru/protocol').T`, /not declared/)
    assertFault('packages/broker/src/a.ts', `await import('@naru/protocol')`, /not declared/)
    assertFault('examples/bank/start.ts', `import '@naru/broker'`, /not declared/)
  })

  test('what only tests need may be a development dependency', () => {
    const text = `import { run } from '@naru/simulator'`
    assert.deepEqual(messagesOf({ 'packages/storage/src/log.test.ts': text }), [])
    assert.deepEqual(messagesOf({ 'packages/storage/test/crash.ts': text }), [])
    assert.deepEqual(messagesOf({ 'fuzz/decoder.ts': text }), [])
  })

  test('the simulator stays out of what is shipped', () => {
    assertFault('packages/storage/src/log.ts', `import '@naru/simulator'`, /for tests only/)
  })

  test('service, streams, gateway and console run on any Kafka', () => {
    assertFault('packages/service/src/a.ts', `import '@naru/storage'`, /any Kafka/)
  })

  test('a path that is not exported is refused and the exported ones are listed', () => {
    assertFault('packages/storage/src/a.ts', `import '@naru/base/src/limits.ts'`, /exports \., \.\/node/)
    assertFault('fuzz/a.ts', `import '@naru/absent'`, /there is no package/)
  })

  test('a relative import does not leave its package', () => {
    assertFault('packages/storage/src/a.ts', `import '../../base/src/index.ts'`, /leaves packages\/storage/)
    assertFault('fuzz/a.ts', `import '../packages/base/src/index.ts'`, /leaves fuzz/)
    assert.deepEqual(messagesOf({ 'scripts/a.ts': `import '../packages/protocol/schema/00-produce.ts'` }), [])
  })

  test('a package names itself only in tests and in its command', () => {
    assertFault('packages/base/src/a.ts', `import '@naru/base'`, /relative path/)
    assert.deepEqual(messagesOf({ 'packages/base/test/a.ts': `import '@naru/base'` }), [])
  })
})

describe('imports inside a package', () => {
  test('files that load each other are a cycle, told as a path', () => {
    const messages = messagesOf({
      'packages/base/src/a.ts': `import './b.ts'`,
      'packages/base/src/b.ts': `import './c.ts'`,
      'packages/base/src/c.ts': `export { a } from './a.ts'`
    })
    assert.equal(messages.length, 1)
    assert.match(messages[0] ?? '', /a\.ts -> \S*b\.ts -> \S*c\.ts -> \S*a\.ts/)
  })

  test('types and lazy imports make no cycle', () => {
    const messages = messagesOf({
      'packages/base/src/a.ts': `import './b.ts'`,
      'packages/base/src/b.ts': `import type { A } from './a.ts'\nexport const later = () => import('./a.ts')`
    })
    assert.deepEqual(messages, [])
  })

  test('a file that cannot be parsed is reported and hides nothing else', () => {
    const messages = messagesOf({
      'packages/base/src/a.ts': `import {`,
      'packages/base/src/b.ts': `import '@naru/protocol'`
    })
    assert.equal(messages.length, 2)
  })
})

test('each knot of a graph is reported once, by its shortest cycle', () => {
  const edges = new Map([
    ['a', ['b', 'c']],
    ['b', ['a']],
    ['c', ['d']],
    ['d', ['c']],
    ['e', ['e']],
    ['f', ['a']]
  ])
  assert.deepEqual(new Set(findCycles(edges).map(String)), new Set(['a,b', 'c,d', 'e']))
})
