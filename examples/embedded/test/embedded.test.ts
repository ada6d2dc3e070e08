// One process or several, Fastify or NestJS: the same orders become ready.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'node:test'
import { type Config, readConfig } from '../src/config.ts'
import { createFastifyApp } from '../src/fastify.ts'
import { createNestApp } from '../src/nest.ts'

interface App extends AsyncDisposable {
  readonly url: string
}

const frameworks: Readonly<Record<string, (config: Config) => Promise<App>>> = {
  fastify: async (config) => {
    const app = await createFastifyApp(config)
    const url = await app.listen({ host: '127.0.0.1', port: 0 })
    return { url, [Symbol.asyncDispose]: () => app.close() }
  },
  nest: async (config) => {
    const app = await createNestApp(config)
    await app.listen(0, '127.0.0.1')
    return { url: await app.getUrl(), [Symbol.asyncDispose]: () => app.close() }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : assert.fail('no port')
}

async function order(till: App): Promise<void> {
  const body = JSON.stringify({ drink: 'latte' })
  const headers = { 'content-type': 'application/json' }
  const placed = await fetch(`${till.url}/orders`, { method: 'POST', headers, body })
  assert.equal(placed.status, 202)
  const { orderId } = (await placed.json()) as { readonly orderId: string }
  for (let tries = 0; tries < 1_000; tries++) {
    const response = await fetch(`${till.url}/orders/${orderId}`)
    if (((await response.json()) as { readonly status: string }).status === 'ready') return
    await sleep(10)
  }
  assert.fail('the order did not become ready within ten seconds')
}

for (const [name, open] of Object.entries(frameworks)) {
  test(`${name}: broker, till and barista in one application`, async () => {
    await using app = await open(readConfig({}))
    await order(app)
    const refused = await fetch(`${app.url}/orders`, { method: 'POST' })
    assert.equal(refused.status, 400)
    assert.equal((await fetch(`${app.url}/orders/none`)).status, 404)
  })

  test(`${name}: the same parts in applications of their own, by configuration alone`, async () => {
    const port = await freePort()
    await using till = await open(readConfig({ PARTS: 'broker,till', BROKER_PORT: String(port) }))
    await using _barista = await open(readConfig({ PARTS: 'barista', BOOTSTRAP: `127.0.0.1:${port}` }))
    await order(till)
  })
}

test('a configuration that cannot work is refused with what it lacks', () => {
  assert.throws(() => readConfig({ PARTS: 'barista' }), /BOOTSTRAP/)
  assert.throws(() => readConfig({ PARTS: 'broker,cook' }), /no cook/)
})
