// The files of somebody who has installed the packages: each test runner starts a broker inside a test, and a
// type check reads the declarations. They are plain JavaScript so that every Node runs them as they are.
import type { BuiltPackage } from './build.ts'
import { importNames } from './published.ts'

export const runnerVersions: Readonly<Record<string, string>> = { vitest: '5.1.1', jest: '30.5.2' }

/** Node 22 has no `await using`; the broker is closed as its users there close it. */
const brokerTest = (header: string): string => `${header}
import { connect } from 'node:net'
import { createTestBroker } from '@naru/testing'

test('a broker starts inside the test, accepts a connection, and leaves nothing open', async () => {
  const broker = await createTestBroker({ topics: ['orders'] })
  try {
    const [host, port] = broker.bootstrap.split(':')
    await new Promise((resolve, reject) => {
      const socket = connect({ host, port: Number(port) }, () => socket.end())
      socket.once('error', reject)
      socket.once('close', resolve)
    })
  } finally {
    await broker[Symbol.asyncDispose]()
  }
})
`

export const brokerTests: Readonly<Record<string, { readonly file: string; readonly text: string }>> = {
  'node:test': { file: 'node/broker.test.js', text: brokerTest(`import { test } from 'node:test'`) },
  vitest: { file: 'vitest/broker.test.js', text: brokerTest(`import { test } from 'vitest'`) },
  jest: { file: 'jest/broker.test.js', text: brokerTest(`import { test } from '@jest/globals'`) }
}

/** Imports every public name of every package and says how many there were. */
export function importAllText(packages: readonly BuiltPackage[]): string {
  const names = packages.flatMap((one) => importNames(one.manifest))
  return `const names = ${JSON.stringify(names)}
for (const name of names) {
  const module = await import(name)
  if (Object.keys(module).length === 0) throw new Error(name + ' exports nothing')
}
console.log(names.length + ' names imported on ' + process.version)
`
}

/** Uses the declarations of every public name, as a strict TypeScript project does. */
export function typesText(packages: readonly BuiltPackage[]): string {
  const names = packages.flatMap((one) => importNames(one.manifest))
  const lines = names.map((name, index) => `import * as module${index} from '${name}'`)
  return `${lines.join('\n')}\nconsole.log([${names.map((_, index) => `module${index}`).join(', ')}].length)\n`
}

export const typesProject: string = JSON.stringify({
  compilerOptions: {
    strict: true,
    module: 'nodenext',
    target: 'es2024',
    lib: ['es2024', 'esnext.disposable'],
    types: ['node'],
    noEmit: true,
    skipLibCheck: false
  },
  files: ['types.ts']
})
