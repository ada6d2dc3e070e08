// What the READMEs show is run as it stands there, so that it cannot rot: TypeScript as files of its own against a
// broker, in one case under node:test, and the lines of `npx naru` against the same broker.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { startTestBroker } from './broker.ts'
import { naru } from './fake-host.ts'

const root = join(import.meta.dirname, '../../..')

const readmes = ['README.md', 'README.ko.md'] as const

/** What the README calls your code. */
const orders = `import { Producer, stringSerializers } from '@platformatic/kafka'

export async function placeOrder({ kafka, drink }: { readonly kafka: string; readonly drink: string }) {
  const producer = new Producer({ clientId: 'shop', bootstrapBrokers: [kafka], serializers: stringSerializers })
  await producer.send({ messages: [{ topic: 'orders', value: JSON.stringify({ drink }) }] })
  await producer.close()
}
`

const textOf = (file: string): string => readFileSync(join(root, file), 'utf8')

function blocks(file: string, language: 'ts' | 'sh'): readonly string[] {
  const found = textOf(file).matchAll(/^```(\w+)\n(.*?)^```$/gms)
  return [...found].filter((match) => match[1] === language).map((match) => match[2] ?? '')
}

/** Runs in a folder of the repository that git ignores, where the packages are found; returns what was printed. */
async function runNode(file: string, source: string, flags: readonly string[] = []): Promise<string> {
  mkdirSync(join(root, '.cache'), { recursive: true })
  const folder = mkdtempSync(join(root, '.cache/readme-'))
  try {
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    writeFileSync(join(folder, 'orders.ts'), orders)
    writeFileSync(join(folder, file), source)
    // A test runner that finds itself inside another one reports to it instead of to the reader.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env
    const options = { cwd: folder, env, timeout: 20_000 }
    const { stdout } = await promisify(execFile)(process.execPath, [...flags, file], options)
    return stdout
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

for (const file of readmes) {
  test(`the-code-of-the-readme-runs-as-it-stands: ${file}`, async () => {
    await using broker = await startTestBroker()
    const [greet = '', inTest = '', ...more] = blocks(file, 'ts')
    assert.deepEqual(more, [], 'every block has to be run here')
    const address = "'127.0.0.1:9092'"
    assert.ok(greet.includes(address))
    await runNode('greet.ts', greet.replace(address, `'${broker.bootstrap}'`))
    const line = `consume greetings --from earliest --to end --bootstrap ${broker.bootstrap}`
    assert.equal((await naru(line.split(' '))).stdout, '안녕하세요\n')
    const report = await runNode('order.test.ts', inTest, ['--test', '--test-reporter=tap'])
    assert.match(report, /^# pass 1$/m)
  })

  test(`the-commands-of-the-readme-do-what-it-says: ${file}`, async () => {
    await using broker = await startTestBroker()
    const lines = blocks(file, 'sh').flatMap((block) => block.split('\n'))
    const commands = lines.filter((line) => line.includes('npx naru') && !line.includes('naru serve'))
    assert.equal(commands.length, 4)
    const outputs: string[] = []
    for (const command of commands) {
      const [, stdin = '', words = ''] = /^(?:printf '(.*)' \| )?npx naru (.*)$/.exec(command) ?? []
      const args = [...words.split(' '), '--bootstrap', broker.bootstrap]
      const { exitCode, stdout, stderr } = await naru(args, { stdin: stdin.replaceAll('\\n', '\n') })
      assert.equal(exitCode, 0, `${command}: ${stderr}`)
      outputs.push(stdout)
    }
    assert.equal(outputs[2], 'one\ntwo\n')
  })

  test(`the-links-of-the-readme-lead-somewhere: ${file}`, () => {
    const targets = [...textOf(file).matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1] ?? '')
    const broken = targets.filter(
      (target) => !target.startsWith('https:') && !existsSync(join(root, dirname(file), target))
    )
    assert.deepEqual(broken, [])
  })
}

test('the-test-in-the-readme-of-testing-passes', async () => {
  const [source = ''] = blocks('packages/testing/README.md', 'ts')
  const report = await runNode('testing.test.ts', source, ['--test', '--test-reporter=tap'])
  assert.match(report, /^# pass 1$/m)
})

test('both-languages-show-the-same-code', () => {
  const words = (text: string): string => text.replace(/\/\/.*$/gm, '').replace(/'[^'\n]*'/g, "''")
  for (const language of ['ts', 'sh'] as const) {
    const [english, korean] = readmes.map((file) => blocks(file, language).map(words))
    assert.deepEqual(korean, english)
  }
})
