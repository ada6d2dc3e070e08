import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { commanderTitles } from '../src/i18n/help-texts.ts'
import { naru } from './fake-host.ts'

interface Mistake {
  readonly line: string
  readonly en: RegExp
  readonly ko: RegExp
}

const mistakes: readonly Mistake[] = [
  { line: 'sevre', en: /no command sevre\nNext: did you mean serve\?/, ko: /없는 명령입니다: sevre/ },
  { line: 'topic lst', en: /no command lst\nNext: did you mean list\?/, ko: /없는 명령입니다: lst/ },
  { line: 'topic', en: /a command is missing\nNext: naru topic --help/, ko: /명령이 빠졌습니다/ },
  { line: 'topic create', en: /argument <name> is missing/, ko: /인자가 빠졌습니다: <name>/ },
  { line: 'topic list more', en: /too many arguments: more/, ko: /인자가 너무 많습니다: more/ },
  {
    line: 'topic create x --partions 3',
    en: /no option --partions\n.*--partitions/,
    ko: /없는 옵션입니다: --partions/
  },
  {
    line: 'topic create x -p 0',
    en: /does not take "0": a whole number/,
    ko: /쓸 수 없는 값입니다: "0".*정수/
  },
  {
    line: 'doctor old',
    en: /too many arguments: old\nNext: naru doctor --data old/,
    ko: /너무 많습니다: old/
  },
  {
    line: 'import',
    en: /--from-kafka <folders> is required\nNext: naru import --help/,
    ko: /꼭 필요한 옵션/
  },
  { line: 'export', en: /--to-kafka <folder> is required\nNext: naru export --help/, ko: /꼭 필요한 옵션/ },
  {
    line: 'contract check order.json',
    en: /option --event <name> is required\nNext: naru contract check --help/,
    ko: /꼭 필요한 옵션이 빠졌습니다: --event/
  },
  {
    line: 'contract check nowhere.json --event e',
    en: /file nowhere\.json cannot be read: /,
    ko: /파일을 읽을 수 없습니다: nowhere\.json/
  },
  {
    line: 'topic list --bootstrap-server 127.0.0.1:9092',
    en: /no option --bootstrap-server\nNext: did you mean --bootstrap\?/,
    ko: /혹시 --bootstrap 말씀인가요/
  },
  { line: 'consume t --from-beginning', en: /did you mean --from earliest\?/, ko: /--from earliest 말씀/ },
  { line: 'serve --port 9093', en: /did you mean --listen\?/, ko: /--listen 말씀/ },
  { line: 'topic create x -c a', en: /name=value is needed/, ko: /이름=값/ },
  {
    line: 'topic list -o xml',
    en: /choose one of table, json, jsonl, yaml/,
    ko: /-o, --output에 쓸 수 없는 값입니다: "xml" \(가능한 값: table/
  },
  { line: 'topic list -b a/b', en: /HOST:PORT is needed/, ko: /HOST:PORT 형식/ },
  { line: 'topic list --timeout fast', en: /a duration like/, ko: /시간 길이/ },
  { line: 'topic alter x', en: /nothing to alter/, ko: /바꿀 것이 없습니다/ },
  {
    line: 'consume t --from yesterday',
    en: /choose earliest, latest, an offset/,
    ko: /earliest, latest, 오프셋/
  },
  { line: 'consume t --group g --partition 1', en: /cannot be used together/, ko: /함께 쓸 수 없는/ },
  { line: 'produce t --acks 2', en: /choose one of all, 1, 0/, ko: /all, 1, 0/ },
  { line: 'produce t -k a -K :', en: /cannot be used together/, ko: /함께 쓸 수 없는/ },
  { line: 'group seek g', en: /option --to <place> is required/, ko: /꼭 필요한 옵션이 빠졌습니다/ },
  {
    line: 'group seek g --to soon --topic t',
    en: /choose earliest, latest, an offset, \+N/,
    ko: /\+N 또는 -N/
  },
  { line: 'serve --listen', en: /a value is missing behind --listen/, ko: /옵션에 값이 빠졌습니다/ },
  {
    line: 'serve --listen abc',
    en: /--listen needs HOST:PORT, not "abc"/,
    ko: /HOST:PORT 형식이 필요합니다/
  },
  { line: 'serve --durability fast', en: /choose one of fsync, os, memory/, ko: /fsync, os, memory/ },
  {
    line: 'serve -X log.retention.m=1',
    en: /no broker property log.retention.m\n.*log.retention.ms/,
    ko: /없는 브로커 설정/
  },
  {
    line: 'serve -X log.retention.ms=a',
    en: /log.retention.ms does not take "a"/,
    ko: /쓸 수 없는 값입니다: "a"/
  },
  { line: 'serve --config no.properties', en: /no.properties cannot be read/, ko: /파일을 읽을 수 없습니다/ }
]

for (const { line, en, ko } of mistakes) {
  test(`a-mistake-in-usage-ends-with-2-and-says-what-in-both-languages: ${line}`, async () => {
    const english = await naru(line.split(' '))
    assert.match(english.stderr, en)
    assert.equal(english.exitCode, 2)
    assert.equal(english.stdout, '')
    const korean = await naru(line.split(' '), { env: { NARU_LANG: 'ko' } })
    assert.match(korean.stderr, ko)
    assert.equal(korean.exitCode, 2)
  })
}

const commands: readonly string[] = [
  '',
  'serve',
  'topic',
  'topic create',
  'topic list',
  'topic describe',
  'topic alter',
  'topic delete',
  'produce',
  'consume',
  'group',
  'group list',
  'group describe',
  'group seek',
  'group delete',
  'dlq',
  'dlq list',
  'dlq show',
  'dlq redrive',
  'contract',
  'contract list',
  'contract check',
  'contract diff'
]

for (const command of commands) {
  test(`help-is-whole-in-both-languages: naru ${command}`, async () => {
    const words = command.split(' ').filter((word) => word !== '')
    const english = await naru([...words, '--help'])
    assert.equal(english.exitCode, 0)
    assert.equal(english.stderr, '')
    assert.doesNotMatch(english.stdout, /[가-힣]/)
    const korean = await naru([...words, '--help'], { env: { NARU_LANG: 'ko' } })
    assert.match(korean.stdout, /^사용법: naru/)
    // What stays English are names: commands, options, placeholders, values, examples.
    assert.doesNotMatch(korean.stdout, /\b(Usage|Options|Commands|Arguments|default|choices|show this)\b/)
    const asked = await naru(['help', ...words])
    assert.equal(asked.stdout, english.stdout)
  })
}

test('the-next-step-can-be-typed-as-the-command-was', async () => {
  const next = async (env: Readonly<Record<string, string>>): Promise<string | undefined> =>
    (await naru(['topic', 'create'], { env })).stderr.split('\n')[1]
  assert.equal(await next({}), 'Next: naru topic create --help')
  assert.equal(await next({ npm_command: 'exec' }), 'Next: npx naru topic create --help')
})

for (const command of commands.filter((name) => !['', 'topic', 'group', 'dlq', 'contract'].includes(name))) {
  test(`help-ends-with-examples: naru ${command}`, async () => {
    const { stdout } = await naru([...command.split(' '), '--help'])
    assert.match(stdout, new RegExp(`\nExamples:\n(.*\n)*.*naru ${command}`))
  })
}

test('the-help-of-serve-shows-defaults-as-the-others-do', async () => {
  const { stdout } = await naru(['serve', '--help'])
  const flat = stdout.replaceAll(/\s+/g, ' ')
  assert.match(flat, /\(default: 127\.0\.0\.1:9092; environment: NARU_LISTEN\)/)
  assert.match(flat, /\(one of fsync, os, memory; default: fsync; environment: NARU_DURABILITY\)/)
})

test('no-arguments-show-the-help', async () => {
  const { exitCode, stdout } = await naru([])
  assert.equal(exitCode, 0)
  assert.match(stdout, /Commands:/)
})

test('the-version-goes-to-stdout', async () => {
  assert.deepEqual(await naru(['--version']).then(({ exitCode, stdout }) => [exitCode, stdout]), [
    0,
    '0.1.0\n'
  ])
})

test('every-title-that-commander-prints-is-translated', () => {
  const known = ['Usage:', 'Arguments:', 'Options:', 'Commands:']
  // Global options are switched off.
  assert.deepEqual(
    commanderTitles().filter((title) => !known.includes(title)),
    ['Global Options:']
  )
})

test('a-value-from-the-environment-is-blamed-on-the-environment', async () => {
  // The parser reads the environment of the process itself.
  process.env['NARU_BOOTSTRAP'] = 'a b'
  try {
    const { exitCode, stderr } = await naru(['topic', 'list'])
    assert.equal(exitCode, 2)
    assert.match(stderr, /from the environment variable NARU_BOOTSTRAP/)
  } finally {
    delete process.env['NARU_BOOTSTRAP']
  }
})

test('nobody-listening-ends-with-5', async () => {
  for (const line of ['topic list', 'produce t', 'consume t', 'group list']) {
    const { exitCode, stderr } = await naru([...line.split(' '), '--bootstrap', '127.0.0.1:1'], {
      stdin: 'a\n'
    })
    assert.equal(exitCode, 5, line)
    assert.match(
      stderr,
      /no broker answers at 127\.0\.0\.1:1 .*ECONNREFUSED.*\nNext: start a broker with naru serve/
    )
  }
})

test('somebody-who-listens-and-never-answers-ends-with-6', async () => {
  const server = createServer((socket) => socket.resume())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { readonly port: number }
  const line = ['topic', 'list', '--bootstrap', `127.0.0.1:${port}`, '--timeout', '300ms']
  const { exitCode, stderr } = await naru(line)
  assert.equal(exitCode, 6)
  assert.match(
    stderr,
    /no answer in time from 127\.0\.0\.1:\d+\nNext: check that a Kafka broker listens there/
  )
  server.close()
})
