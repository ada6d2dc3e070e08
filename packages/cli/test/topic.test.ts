import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestBroker, startTestBroker } from './broker.ts'
import { type FakeOptions, type RunResult, naru } from './fake-host.ts'

let broker: TestBroker

before(async () => {
  broker = await startTestBroker({ 'num.partitions': '2' })
})

after(() => broker[Symbol.asyncDispose]())

function run(line: string, options?: FakeOptions): Promise<RunResult> {
  return naru([...line.split(' '), '--bootstrap', broker.bootstrap], options)
}

async function json(line: string): Promise<unknown> {
  const { stdout, exitCode, stderr } = await run(`${line} -o json`)
  assert.equal(exitCode, 0, stderr)
  return JSON.parse(stdout)
}

test('create-says-what-the-broker-chose-and-keeps-stdout-for-data', async () => {
  const { exitCode, stdout, stderr } = await run('topic create c1 c2')
  assert.equal(exitCode, 0)
  assert.equal(stdout, '')
  assert.match(stderr, /Created topic c1 \(partitions: 2, replication factor: 1\)\nCreated topic c2/)
})

test('create-takes-partitions-and-configs', async () => {
  await run('topic create c3 -p 5 -c retention.ms=3600000 --config cleanup.policy=compact,delete')
  const [topic] = (await json('topic describe c3')) as [{ partitions: unknown[]; configs: unknown[] }]
  assert.equal(topic.partitions.length, 5)
  assert.deepEqual(topic.configs, [
    { name: 'cleanup.policy', value: 'compact,delete', source: 'topic' },
    { name: 'retention.ms', value: '3600000', source: 'topic' }
  ])
})

test('creating-what-exists-is-refused-unless-that-is-fine', async () => {
  await run('topic create c4')
  const again = await run('topic create c4')
  assert.equal(again.exitCode, 4)
  assert.match(again.stderr, /topic c4 exists already \(TOPIC_ALREADY_EXISTS\)\nNext: naru topic describe c4/)
  assert.equal((await run('topic create c4 --if-not-exists')).exitCode, 0)
})

test('a-dry-run-creates-nothing', async () => {
  const [dry] = (await json('topic create c5 --dry-run')) as [{ created: boolean }]
  assert.equal(dry.created, false)
  assert.equal((await run('topic describe c5')).exitCode, 3)
})

test('what-the-broker-refuses-ends-with-4-and-its-reason', async () => {
  const { exitCode, stderr } = await run('topic create c6 -c retention.ms=soon')
  assert.equal(exitCode, 4)
  assert.match(stderr, /the broker refused: .*retention\.ms.*\(INVALID_CONFIG\)/)
})

test('list-gives-the-same-data-in-every-form', async () => {
  await run('topic create l1 -p 3')
  const topics = (await json('topic list')) as Array<{ topic: string; partitions: number }>
  const found = topics.find(({ topic }) => topic === 'l1')
  assert.equal(found?.partitions, 3)
  const lines = (await run('topic list -o jsonl')).stdout.trim().split('\n')
  assert.deepEqual(
    lines.map((line) => JSON.parse(line) as unknown),
    topics
  )
  assert.match((await run('topic list -o yaml')).stdout, /- topic: l1\n {2}topicId: \S+\n {2}partitions: 3\n/)
  assert.match((await run('topic list')).stdout, /^TOPIC +PARTITIONS +REPLICAS +ID\n(.*\n)*l1 +3 +1 +\S+\n/)
})

test('internal-topics-show-when-asked-for', async () => {
  await naru(['produce', 'i1', '--bootstrap', broker.bootstrap], { stdin: 'a\n' })
  await run('consume i1 --group i1 --from earliest --max 1')
  assert.doesNotMatch((await run('topic list')).stdout, /__consumer_offsets/)
  assert.match((await run('topic list --internal')).stdout, /__consumer_offsets/)
  assert.equal((await run('topic describe __consumer_offsets')).exitCode, 0)
})

test('describe-shows-what-is-there-and-fails-for-what-is-not', async () => {
  await run('topic create d1')
  const { exitCode, stdout, stderr } = await run('topic describe d1 nope')
  assert.equal(exitCode, 3)
  assert.match(stdout, /^d1 +\S+\npartitions: 2, records: 0\n\nPARTITION/)
  assert.match(stderr, /no topic nope \(UNKNOWN_TOPIC_OR_PARTITION\)\nNext: naru topic list/)
})

test('describe-shows-defaults-too-when-asked-for', async () => {
  await run('topic create d2')
  const [few] = (await json('topic describe d2')) as [{ configs: unknown[] }]
  const [all] = (await json('topic describe d2 --all-configs')) as [{ configs: unknown[] }]
  assert.equal(few.configs.length, 0)
  assert.ok(all.configs.length > 20)
})

test('alter-adds-partitions-and-changes-configs', async () => {
  await run('topic create a1 -c retention.ms=1000')
  const { exitCode, stderr } = await run('topic alter a1 -p 4 -s segment.bytes=2097152 -u retention.ms')
  assert.equal(exitCode, 0)
  assert.match(stderr, /Altered topic a1/)
  const [topic] = (await json('topic describe a1')) as [
    { partitions: unknown[]; configs: Array<{ name: string }> }
  ]
  assert.equal(topic.partitions.length, 4)
  assert.deepEqual(
    topic.configs.map(({ name }) => name),
    ['segment.bytes']
  )
})

test('alter-refuses-fewer-partitions-and-unknown-topics', async () => {
  await run('topic create a2 -p 3')
  assert.equal((await run('topic alter a2 -p 2')).exitCode, 4)
  assert.equal((await run('topic alter a2 -s no.such=1')).exitCode, 4)
  assert.equal((await run('topic alter nope -p 9')).exitCode, 3)
  const dry = await run('topic alter a2 -p 5 --dry-run')
  assert.match(dry.stderr, /Would alter topic a2/)
  assert.equal(((await json('topic describe a2')) as [{ partitions: unknown[] }])[0].partitions.length, 3)
})

test('delete-asks-people-and-not-scripts', async () => {
  await run('topic create x1 x2 x3')
  const declined = await run('topic delete x1', { answers: ['n'] })
  assert.equal(declined.exitCode, 4)
  assert.match(declined.stderr, /Delete x1 \(records: 0\)\? \[y\/N\] .*nothing was done/s)
  assert.equal((await run('topic delete x1', { answers: ['네'] })).exitCode, 0)
  assert.equal((await run('topic delete x2 --yes', { answers: [] })).exitCode, 0)
  const script = await run('topic delete x3')
  assert.equal(script.exitCode, 0)
  assert.match(script.stderr, /Deleted topic x3/)
  assert.equal((await run('topic describe x3')).exitCode, 3)
})

test('delete-does-nothing-when-one-of-several-is-missing', async () => {
  await run('topic create y1')
  assert.equal((await run('topic delete y1 nope')).exitCode, 3)
  assert.equal((await run('topic describe y1')).exitCode, 0)
  const dry = await run('topic delete y1 --dry-run')
  assert.match(dry.stderr, /Would delete: y1/)
  assert.equal((await run('topic delete y1 nope --if-exists')).exitCode, 0)
  assert.equal((await run('topic describe y1')).exitCode, 3)
})
