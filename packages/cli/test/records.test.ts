import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { after, before, test } from 'node:test'
import { type TestBroker, startTestBroker } from './broker.ts'
import { type FakeOptions, type RunResult, type Running, naru, start } from './fake-host.ts'

let broker: TestBroker

before(async () => {
  broker = await startTestBroker()
})

after(() => broker[Symbol.asyncDispose]())

function run(line: string, options?: FakeOptions): Promise<RunResult> {
  return naru([...line.split(' '), '--bootstrap', broker.bootstrap], options)
}

interface JsonRecord {
  readonly partition: number
  readonly offset: number
  readonly timestamp: number
  readonly key: string | null
  readonly value: string | null
  readonly valueEncoding?: string
  readonly headers: ReadonlyArray<{ readonly name: string; readonly value: string }>
}

async function records(line: string): Promise<JsonRecord[]> {
  const { stdout, exitCode, stderr } = await run(`consume ${line} -o jsonl`)
  assert.equal(exitCode, 0, stderr)
  return stdout
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => JSON.parse(text) as JsonRecord)
}

async function until(running: Running, condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !condition(); tries++) await sleep(10)
  assert.ok(condition(), `waited in vain: ${running.stdout()}${running.stderr()}`)
}

test('lines-go-in-and-come-out-byte-for-byte', async () => {
  const lines = Buffer.concat([Buffer.from('one\n\n나루\r\n'), Buffer.from([0xff, 0x00, 0x1b, 0x0a])])
  const produced = await run('produce bytes', { stdin: lines })
  assert.equal(produced.exitCode, 0)
  assert.equal(produced.stdout, '')
  assert.match(produced.stderr, /Records written to bytes: 4 /)
  const { stdoutBytes, exitCode } = await run('consume bytes --from earliest --to end')
  assert.equal(exitCode, 0)
  assert.deepEqual(stdoutBytes, lines)
})

test('a-terminal-sees-no-control-characters', async () => {
  await run('produce tty', { stdin: '\u001b[31mred\n' })
  const { stdout } = await run('consume tty --from earliest --to end', { stdoutIsTerminal: true })
  assert.equal(stdout, '\\x1b[31mred\n')
  const table = await run('consume tty --from earliest --to end -o table')
  assert.match(
    table.stdout,
    /PARTITION +OFFSET +TIMESTAMP +KEY +VALUE\n +0 +0 +\d{4}-.*Z +- +\\x1b\[31mred\n/
  )
})

test('keys-headers-and-partitions-are-set-as-asked-for', async () => {
  await run('topic create keyed -p 3')
  const stdin = 'a:1\nb:2:3\nno separator\n:empty key\n'
  await run('produce keyed -K : -H source=web -H source=again -H e=a=b --partition 2', { stdin })
  const found = await records('keyed --from earliest --to end')
  assert.deepEqual(
    found.map(({ key, value, partition }) => [key, value, partition]),
    [
      ['a', '1', 2],
      ['b', '2:3', 2],
      [null, 'no separator', 2],
      ['', 'empty key', 2]
    ]
  )
  assert.deepEqual(found[0]?.headers, [
    { name: 'source', value: 'web' },
    { name: 'source', value: 'again' },
    { name: 'e', value: 'a=b' }
  ])
})

test('every-codec-and-every-acks-is-read-back', async () => {
  for (const codec of ['none', 'gzip', 'snappy', 'lz4', 'zstd']) {
    for (const acks of ['all', '1', '0'])
      await run(`produce codecs -z ${codec} -a ${acks} -k ${codec}`, { stdin: acks })
  }
  // Nobody tells when records without acknowledgement have arrived.
  await sleep(50)
  const found = await records('codecs --from earliest --to end')
  assert.equal(found.length, 15)
  assert.deepEqual(new Set(found.map(({ key }) => key)), new Set(['none', 'gzip', 'snappy', 'lz4', 'zstd']))
})

test('bytes-that-are-no-text-come-as-base64-and-say-so', async () => {
  await run('produce binary', { stdin: Buffer.from([0xff, 0x0a]) })
  const [found] = await records('binary --from earliest --to end')
  assert.deepEqual([found?.value, found?.valueEncoding], ['/w==', 'base64'])
})

test('json-is-one-array-and-yaml-one-list', async () => {
  await run('produce forms', { stdin: 'a\nb\n' })
  const array = JSON.parse(
    (await run('consume forms --from earliest --to end -o json')).stdout
  ) as JsonRecord[]
  assert.deepEqual(
    array.map(({ offset, value }) => [offset, value]),
    [
      [0, 'a'],
      [1, 'b']
    ]
  )
  assert.deepEqual(JSON.parse((await run('consume forms --from latest --to end -o json')).stdout), [])
  assert.match(
    (await run('consume forms --from earliest --max 1 -o yaml')).stdout,
    /^- topic: forms\n {2}partition: 0\n/
  )
})

test('from-to-and-max-bound-what-is-read', async () => {
  const stdin = Array.from({ length: 10 }, (_, index) => `${index}\n`).join('')
  await run('produce bounds', { stdin })
  const values = async (line: string): Promise<string> =>
    (await records(`bounds ${line}`)).map(({ value }) => value).join('')
  assert.equal(await values('--from 3 --to 6'), '345')
  assert.equal(await values('--from earliest --max 4'), '0123')
  assert.equal(await values('--from 1h --to end'), '0123456789')
  assert.equal(await values('--from earliest --to 1h'), '')
  const soon = new Date(Date.now() + 300).toISOString()
  assert.equal(await values(`--from earliest --to ${soon}`), '0123456789')
})

test('an-offset-that-is-not-there-ends-with-3-and-the-range', async () => {
  await run('produce range', { stdin: 'a\n' })
  const { exitCode, stderr } = await run('consume range --from 99 --max 1')
  assert.equal(exitCode, 3)
  assert.match(stderr, /offset 99 is not in partition 0 of range, which holds 0 to 1/)
  assert.equal((await run('consume range --from 99 --to end')).exitCode, 3)
  assert.equal((await run('consume range --from 1 --to end')).exitCode, 0)
  assert.equal((await run('consume range --partition 7 --from earliest')).exitCode, 3)
  assert.equal((await run('consume nope --from earliest')).exitCode, 3)
})

test('a-reader-waits-for-new-records-until-it-is-interrupted', async () => {
  await run('topic create live')
  const reader = start([
    'consume',
    'live',
    '--bootstrap',
    broker.bootstrap,
    '--from',
    'earliest',
    '-o',
    'json'
  ])
  await run('produce live', { stdin: 'first\n' })
  await until(reader, () => reader.stdout().includes('first'))
  await run('produce live', { stdin: 'second\n' })
  await until(reader, () => reader.stdout().includes('second'))
  reader.interrupt()
  const { exitCode, stdout, stderr } = await reader.result
  assert.equal(exitCode, 130)
  assert.equal((JSON.parse(stdout) as unknown[]).length, 2)
  assert.equal(stderr, '')
})

test('a-reader-that-has-had-enough-is-no-error', async () => {
  await run('produce enough', { stdin: 'a\n'.repeat(1000) })
  const { exitCode, stderr } = await run('consume enough --from earliest', { stdoutBytesMax: 100 })
  assert.equal(exitCode, 0)
  assert.equal(stderr, '')
})

test('a-writer-sends-each-line-as-it-comes-and-stops-when-interrupted', async () => {
  const more = Promise.withResolvers<void>()
  async function* typing(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('one\n')
    await more.promise
    yield Buffer.from('two\n')
    await new Promise(() => undefined)
  }
  await run('topic create typed')
  const writer = start(['produce', 'typed', '--bootstrap', broker.bootstrap], { stdin: typing() })
  const reader = start(['consume', 'typed', '--bootstrap', broker.bootstrap, '--from', 'earliest', '-n', '2'])
  await until(reader, () => reader.stdout() === 'one\n')
  more.resolve()
  assert.equal((await reader.result).stdout, 'one\ntwo\n')
  writer.interrupt('SIGTERM')
  assert.equal((await writer.result).exitCode, 130)
})

test('a-record-that-is-too-large-is-refused-with-the-way-out', async () => {
  const { exitCode, stderr } = await run('produce large', { stdin: 'x'.repeat(1_100_000) })
  assert.equal(exitCode, 4)
  assert.match(
    stderr,
    /larger than topic large takes \(MESSAGE_TOO_LARGE\)\nNext: naru topic alter large --set/
  )
})

test('people-are-told-what-to-do-at-an-empty-prompt', async () => {
  const { stderr } = await run('produce prompt', { stdin: 'a\n', answers: [] })
  assert.match(stderr, /Type one record per line; Ctrl-D ends\.\n/)
})

test('many-lines-keep-their-order-in-one-partition', async () => {
  const lines = Array.from({ length: 30_000 }, (_, index) => `line ${index}\n`).join('')
  await run('produce many', { stdin: lines })
  assert.equal((await run('consume many --from earliest --to end')).stdout, lines)
})
