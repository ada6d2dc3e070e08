// Every command and every program of the guide, as it stands there, in both languages.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { orderAndWait } from '../src/customer.ts'
import { type TestShop, openTestShop } from './test-shop.ts'

const root = join(import.meta.dirname, '../../..')
const LANGUAGES = ['en', 'ko'] as const
/** Started by other tests, or what the shop of this one stands for. */
const STARTED_OTHERWISE = ['npm start', 'npx naru serve']

let shop: TestShop
before(async () => {
  shop = await openTestShop()
  await orderAndWait(shop.orders)
})
after(() => shop.stop())

const chapters = (language: string): readonly string[] =>
  readdirSync(join(root, 'docs/guide', language)).filter((name) => name.endsWith('.md'))

const textOf = (language: string, chapter: string): string =>
  readFileSync(join(root, 'docs/guide', language, chapter), 'utf8')

function blocks(text: string, kind: 'ts' | 'sh'): readonly string[] {
  const found = [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
  return found.filter((match) => match[1] === kind).map((match) => match[2] ?? '')
}

/** The addresses of the guide are those of `npm start`; here they are the test's. */
function here(text: string): string {
  return text.replaceAll('http://127.0.0.1:8080', shop.orders).replaceAll('127.0.0.1:9092', shop.bootstrap)
}

async function shell(command: string): Promise<string> {
  const tools = [dirname(process.execPath), join(root, 'node_modules/.bin'), process.env['PATH'] ?? '']
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const words = command.startsWith('npx naru') ? `${command} --bootstrap ${shop.bootstrap}` : command
  const options = {
    cwd: root,
    env: { ...env, PATH: tools.join(delimiter), NARU_LANG: 'en' },
    timeout: 240_000
  }
  return (await promisify(execFile)('bash', ['-c', words], options)).stdout
}

async function program(source: string): Promise<string> {
  mkdirSync(join(root, '.cache'), { recursive: true })
  const folder = mkdtempSync(join(root, '.cache/guide-'))
  // Each run has topics and group of its own, so that both languages can tell the same story.
  const mark = folder
    .slice(-6)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, 'x')
  const own = source.replaceAll(/'(first|dies)(?=[.-])/g, `'$1-${mark}`)
  try {
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    writeFileSync(join(folder, 'program.ts'), here(own))
    const { NODE_TEST_CONTEXT: _, ...env } = process.env
    const options = { cwd: folder, env, timeout: 60_000 }
    return (await promisify(execFile)(process.execPath, ['program.ts'], options)).stdout
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What a chapter promises that its program prints. */
const PRINTED: Readonly<Record<string, string>> = {
  'first-event.md': 'latte for order o-1\n',
  'when-a-service-dies.md': '2 coffees for three deliveries of two events\n'
}

for (const language of LANGUAGES) {
  for (const chapter of chapters(language)) {
    const [source] = blocks(textOf(language, chapter), 'ts')
    if (source === undefined) continue
    test(`the-program-of-the-chapter-prints-what-it-says: ${language}/${chapter}`, async () => {
      assert.equal(await program(source), PRINTED[chapter])
    })
  }
}

test('the-commands-of-the-guide-work', async () => {
  const commands = chapters('en').flatMap((chapter) =>
    blocks(textOf('en', chapter), 'sh').flatMap((block) => block.trim().split('\n'))
  )
  const open = commands.filter((command) => !STARTED_OTHERWISE.includes(command))
  assert.equal(open.length, 7)
  for (const command of open) {
    const own = command.includes('first-orders') ? command.replace('first-orders', 'orders') : command
    assert.notEqual(await shell(here(own)), '', command)
  }
})

test('both-languages-show-the-same-commands-and-programs', () => {
  assert.deepEqual(chapters('ko'), chapters('en'))
  for (const chapter of chapters('en')) {
    for (const kind of ['ts', 'sh'] as const) {
      assert.deepEqual(blocks(textOf('ko', chapter), kind), blocks(textOf('en', chapter), kind), chapter)
    }
  }
})

test('the-links-of-the-guide-lead-somewhere', () => {
  for (const language of LANGUAGES) {
    for (const chapter of chapters(language)) {
      const targets = [...textOf(language, chapter).matchAll(/\]\(([^)#]+)\)/g)].map(
        (match) => match[1] ?? ''
      )
      const broken = targets.filter(
        (target) => !target.startsWith('http') && !existsSync(join(root, 'docs/guide', language, target))
      )
      assert.deepEqual(broken, [], `${language}/${chapter}`)
    }
  }
})
