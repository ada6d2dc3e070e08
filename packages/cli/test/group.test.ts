import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { after, before, test } from 'node:test'
import { type TestBroker, startTestBroker } from './broker.ts'
import { type FakeOptions, type RunResult, naru, start } from './fake-host.ts'

let broker: TestBroker

before(async () => {
  broker = await startTestBroker()
  await run('topic create orders -p 2')
  await run('produce orders --partition 0', { stdin: 'a\nb\nc\n' })
  await run('produce orders --partition 1', { stdin: 'd\n' })
})

after(() => broker[Symbol.asyncDispose]())

function run(line: string, options?: FakeOptions): Promise<RunResult> {
  return naru([...line.split(' '), '--bootstrap', broker.bootstrap], options)
}

interface Description {
  readonly state: string
  readonly lag: number
  readonly members: ReadonlyArray<{ readonly clientId: string }>
  readonly offsets: ReadonlyArray<{
    readonly partition: number
    readonly committed: number
    readonly lag: number
  }>
}

async function describe(group: string): Promise<Description> {
  const { stdout, stderr, exitCode } = await run(`group describe ${group} -o json`)
  assert.equal(exitCode, 0, stderr)
  return (JSON.parse(stdout) as [Description])[0]
}

async function committed(group: string): Promise<number[]> {
  return (await describe(group)).offsets.map((place) => place.committed)
}

test('a-group-goes-on-where-it-was', async () => {
  const first = await run('consume orders --group g1 --from earliest --max 3')
  const second = await run('consume orders --group g1 --from earliest --to end')
  const third = await run('consume orders --group g1 --from earliest --to end')
  assert.deepEqual((first.stdout + second.stdout).trim().split('\n').sort(), ['a', 'b', 'c', 'd'])
  assert.equal(third.stdout, '')
})

test('list-and-describe-show-state-and-lag', async () => {
  await run('consume orders --group g2 --partition 0').catch(() => undefined)
  await run('consume orders --group g2 --from earliest --max 1')
  assert.match(
    (await run('group list')).stdout,
    /GROUP +STATE +TYPE +PROTOCOL\n(.*\n)*g2 +Empty +classic +consumer\n/
  )
  const description = await describe('g2')
  assert.equal(description.state, 'Empty')
  assert.equal(description.lag, 3)
  assert.match((await run('group describe g2')).stdout, /^g2\nstate: Empty, members: 0, lag: 3\n\nTOPIC/)
  assert.match((await run('group describe nope')).stderr, /no consumer group nope \(GROUP_ID_NOT_FOUND\)/)
  assert.equal((await run('group describe nope')).exitCode, 3)
})

test('seek-moves-to-places-offsets-times-and-by-steps', async () => {
  await run('consume orders --group g3 --from earliest --to end')
  assert.deepEqual(await committed('g3'), [3, 1])
  await run('group seek g3 --topic orders --to earliest')
  assert.deepEqual(await committed('g3'), [0, 0])
  await run('group seek g3 --all-topics --to +2')
  assert.deepEqual(await committed('g3'), [2, 1])
  await run('group seek g3 --all-topics --to -1 --partition 0')
  assert.deepEqual(await committed('g3'), [1, 1])
  await run('group seek g3 --topic orders --to 2 --partition 0')
  assert.deepEqual(await committed('g3'), [2, 1])
  await run('group seek g3 --topic orders --to 1h')
  assert.deepEqual(await committed('g3'), [0, 0])
  await run('group seek g3 --topic orders --to latest')
  assert.deepEqual(await committed('g3'), [3, 1])
})

test('a-dry-run-shows-the-moves-and-makes-none', async () => {
  await run('consume orders --group g4 --from earliest --to end')
  const { stdout, stderr, exitCode } = await run('group seek g4 --topic orders --to earliest --dry-run')
  assert.equal(exitCode, 0)
  assert.match(stdout, /TOPIC +PARTITION +FROM +TO +CHANGE\norders +0 +3 +0 +-3\norders +1 +1 +0 +-1\n/)
  assert.match(stderr, /Would move consumer group g4 \(partitions: 2\)/)
  assert.deepEqual(await committed('g4'), [3, 1])
})

test('people-are-asked-before-a-seek', async () => {
  await run('consume orders --group g5 --from earliest --to end')
  const declined = await run('group seek g5 --topic orders --to earliest', { answers: ['no'] })
  assert.equal(declined.exitCode, 4)
  assert.match(declined.stderr, /CHANGE\n.*Move consumer group g5 \(partitions: 2\)\? \[y\/N\]/s)
  assert.deepEqual(await committed('g5'), [3, 1])
})

test('seek-says-what-is-missing', async () => {
  assert.equal((await run('group seek g1 --to earliest')).exitCode, 2)
  assert.equal((await run('group seek g1 --topic nope --to earliest')).exitCode, 3)
  assert.equal((await run('group seek g1 --topic orders --partition 9 --to earliest')).exitCode, 3)
  assert.equal((await run('group seek never --all-topics --to earliest')).exitCode, 3)
})

test('seeking-a-group-that-does-not-exist-yet-makes-it', async () => {
  assert.equal((await run('group seek fresh --topic orders --to 1')).exitCode, 0)
  assert.deepEqual(await committed('fresh'), [1, 1])
})

test('a-group-with-members-is-neither-moved-nor-deleted', async () => {
  const member = start([
    'consume',
    'orders',
    '--bootstrap',
    broker.bootstrap,
    '--group',
    'busy',
    '--from',
    'earliest'
  ])
  for (let tries = 0; tries < 500 && !member.stdout().includes('d'); tries++) await sleep(10)
  const description = await describe('busy')
  assert.deepEqual([description.state, description.members[0]?.clientId], ['Stable', 'naru-cli'])
  const seek = await run('group seek busy --topic orders --to earliest')
  assert.equal(seek.exitCode, 4)
  assert.match(seek.stderr, /busy has members \(1\).*\nNext: stop its consumers/)
  const removal = await run('group delete busy')
  assert.equal(removal.exitCode, 4)
  assert.match(removal.stderr, /has members \(NON_EMPTY_GROUP\)/)
  member.interrupt()
  assert.equal((await member.result).exitCode, 130)
  assert.deepEqual(await committed('busy'), [3, 1])
  assert.equal((await run('group delete busy')).exitCode, 0)
})

test('delete-tells-what-was-deleted-and-what-was-not-there', async () => {
  await run('group seek d1 --topic orders --to earliest')
  assert.match((await run('group delete d1 --dry-run')).stderr, /Would delete: d1/)
  const both = await run('group delete d1 nope -o json')
  assert.equal(both.exitCode, 3)
  assert.deepEqual(JSON.parse(both.stdout), [
    { group: 'd1', deleted: true },
    { group: 'nope', deleted: false }
  ])
  assert.equal((await run('group delete nope --if-exists')).exitCode, 0)
})
