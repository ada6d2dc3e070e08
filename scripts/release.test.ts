// What a release changes in a package. That the packed files work is shown by `npm run test:packages`.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importNames, publishedManifest, publishedTarget, rewriteSourcePaths } from './release/published.ts'

test('an exported source becomes JavaScript with its declarations', () => {
  assert.deepEqual(publishedTarget('./src/node/index.ts'), {
    types: './dist/node/index.d.ts',
    default: './dist/node/index.js'
  })
  assert.throws(() => publishedTarget('./schema/00-produce.ts'), /src folder/)
})

test('the published manifest keeps what users need and drops what only the repository needs', () => {
  const published = publishedManifest({
    name: '@naru/storage',
    license: 'Apache-2.0',
    exports: { '.': './src/index.ts', './suite': './src/suite/index.ts' },
    dependencies: { '@naru/base': '0.1.0' },
    devDependencies: { '@naru/simulator': '0.1.0' },
    scripts: { test: 'node --test' }
  })
  assert.deepEqual(published, {
    name: '@naru/storage',
    license: 'Apache-2.0',
    dependencies: { '@naru/base': '0.1.0' },
    exports: {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './suite': { types: './dist/suite/index.d.ts', default: './dist/suite/index.js' },
      './package.json': './package.json'
    }
  })
})

test('what is exported to the repository only is not published', () => {
  const exports = {
    '.': './src/index.ts',
    './messages/*': './src/messages/*.ts',
    './schema': './schema/load.ts'
  }
  assert.deepEqual(Object.keys(publishedManifest({ exports }).exports ?? {}), [
    '.',
    './messages/*',
    './package.json'
  ])
})

test('a command without exports stays without', () => {
  const manifest = { name: '@naru/cli', bin: { naru: './bin/naru.js' } }
  assert.deepEqual(publishedManifest(manifest), manifest)
  assert.deepEqual(importNames(manifest), [])
})

test('public names are told as they are imported', () => {
  const exports = {
    '.': './src/index.ts',
    './node': './src/node/index.ts',
    './messages/*': './src/messages/*.ts'
  }
  assert.deepEqual(importNames({ name: '@naru/base', exports }), ['@naru/base', '@naru/base/node'])
})

test('paths to sources lead to what was built from them', () => {
  const text = `import { main } from '../src/main.ts'\nawait import("./later.ts")`
  assert.equal(
    rewriteSourcePaths('bin/naru.js', text),
    `import { main } from '../dist/main.js'\nawait import("./later.js")`
  )
})

test('the file of a worker is rewritten, other text that looks like it is not', () => {
  const text = `new Worker(new URL('./worker.ts', import.meta.url))\nconst name = 'worker.ts'`
  assert.equal(
    rewriteSourcePaths('src/pool.js', text),
    `new Worker(new URL('./worker.js', import.meta.url))\nconst name = 'worker.ts'`
  )
})
