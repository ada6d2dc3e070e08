/** `naru dlq` and `naru contract` beside services that run. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { PermanentError, defineEvent, defineService } from '@naru/service'
import { z } from 'zod'
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

async function json<T>(line: string): Promise<T> {
  const { stdout, stderr, exitCode } = await run(`${line} -o json`)
  assert.equal(exitCode, 0, stderr)
  return JSON.parse(stdout) as T
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await condition()); tries++) {
    assert.ok(tries < 1_000, 'waited for 10 seconds')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

const fast = { heartbeatMs: 50, sessionTimeoutMs: 6_000 }

const placed = (topic: string) =>
  defineEvent({
    name: `${topic}.placed`,
    version: 1,
    topic,
    key: ({ key }) => key,
    schema: z.object({ key: z.string(), n: z.number() })
  })

interface Letter {
  readonly key: string
  readonly value: string
  readonly redrives: number
  readonly error: string
  readonly attempts: number
  readonly origin: { readonly topic: string }
}

test('dead letters are listed, shown and put back in order, by key, and remembered', async () => {
  const event = placed('shop')
  let isBroken = true
  const done: string[] = []
  const baker = defineService({ name: 'baker', bootstrap: broker.bootstrap, ...fast })
  baker.on(event, ({ key, n }) => {
    if (isBroken) throw new PermanentError('oven off')
    done.push(`${key}${n}`)
  })
  await using _baker = await baker.start()
  await using source = await defineService({ name: 'source', bootstrap: broker.bootstrap, ...fast }).start()
  for (let n = 0; n < 3; n++) for (const key of ['a', 'b', 'c']) await source.publish(event, { key, n })
  const waiting = async (): Promise<number | undefined> => {
    const topics = await json<Array<{ deadLetterTopic: string; waiting: number }>>('dlq list')
    return topics.find(({ deadLetterTopic }) => deadLetterTopic === 'shop.baker.dlq')?.waiting
  }
  await until(async () => (await waiting()) === 9)
  const [letter] = await json<Letter[]>('dlq show shop.baker.dlq --key b')
  assert.equal(letter?.error, 'PermanentError')
  assert.equal(letter?.attempts, 1)
  assert.equal(letter?.origin.topic, 'shop')
  assert.equal(letter?.value, '{"key":"b","n":0}')

  const dry = await run('dlq redrive shop.baker.dlq --dry-run')
  assert.match(dry.stderr, /Would put back from shop\.baker\.dlq: 9/)
  assert.equal(await waiting(), 9)
  isBroken = false
  assert.match(
    (await run('dlq redrive shop.baker.dlq --key b --yes')).stderr,
    /Put back from shop\.baker\.dlq: 3/
  )
  await until(() => done.length === 3)
  assert.deepEqual(done, ['b0', 'b1', 'b2'])
  assert.equal(await waiting(), 6)
  assert.match((await run('dlq redrive shop.baker.dlq --rate 1000')).stderr, /: 6/)
  await until(() => done.length === 9)
  for (const key of ['a', 'c'])
    assert.deepEqual(
      done.filter((line) => line.startsWith(key)),
      [`${key}0`, `${key}1`, `${key}2`]
    )
  assert.equal(await waiting(), 0)
  assert.match((await run('dlq redrive shop.baker.dlq')).stderr, /: 0/)
  assert.equal((await json<Letter[]>('dlq show shop.baker.dlq --all')).length, 9)
})

test('what keeps coming back is left, and so is what stands behind it', async () => {
  const event = placed('loop')
  const baker = defineService({ name: 'baker', bootstrap: broker.bootstrap, ...fast })
  baker.on(event, ({ key }) => {
    if (key === 'bad') throw new PermanentError('never')
  })
  await using _baker = await baker.start()
  await using source = await defineService({ name: 'source', bootstrap: broker.bootstrap, ...fast }).start()
  await source.publish(event, { key: 'bad', n: 0 })
  const letters = async (): Promise<readonly Letter[]> => json<Letter[]>('dlq show loop.baker.dlq')
  for (let redrives = 0; redrives < 2; redrives++) {
    await until(async () => (await letters())[0]?.redrives === redrives)
    await run('dlq redrive loop.baker.dlq --redrives-max 2')
  }
  await until(async () => (await letters())[0]?.redrives === 2)
  await source.publish(event, { key: 'bad', n: 1 })
  await until(async () => (await letters()).length === 2)
  const { stderr } = await run('dlq redrive loop.baker.dlq --redrives-max 2')
  assert.match(
    stderr,
    /Put back from loop\.baker\.dlq: 0\nLeft where they are: 1 that came back 2 times, 1 behind/
  )
  assert.equal((await letters()).length, 2)
})

test('dead letters of a topic that is not there are not found', async () => {
  assert.equal((await run('dlq show nope.x.dlq')).exitCode, 3)
  assert.equal((await run('dlq redrive nope.x.dlq --yes')).exitCode, 3)
})

test('contracts are listed, and checked before they are deployed', async () => {
  const event = placed('menu')
  const later = defineEvent({
    name: event.name,
    version: 2,
    topic: 'menu',
    schema: z.object({ key: z.string(), n: z.number(), size: z.string().optional() })
  })
  await using _source = await defineService({
    name: 'cook',
    bootstrap: broker.bootstrap,
    ...fast,
    publishes: [event, later]
  }).start()
  const reader = defineService({ name: 'waiter', bootstrap: broker.bootstrap, ...fast })
  reader.on(event, () => undefined)
  await using _reader = await reader.start()
  const contracts =
    await json<Array<{ event: string; role: string; service: string }>>('contract list menu.placed')
  assert.deepEqual(
    contracts.map(({ role, service }) => `${role} ${service}`),
    ['writer cook', 'reader waiter', 'writer cook']
  )
  assert.equal((await run('contract check')).exitCode, 0)
  assert.equal((await run('contract diff menu.placed 1 2')).exitCode, 0)
  assert.equal((await run('contract diff menu.placed 1 7')).exitCode, 3)
  const files = {
    'next.json': JSON.stringify({
      type: 'object',
      properties: { key: { type: 'string' } },
      required: ['key']
    })
  }
  const { exitCode, stdout, stderr } = await run(
    'contract check next.json --event menu.placed --event-version 3',
    { files }
  )
  assert.equal(exitCode, 4, stderr)
  assert.match(stdout, /menu\.placed +n +.*is required, and is not written/)
})
