import assert from 'node:assert/strict'
import { request } from 'node:http'
import { test } from 'node:test'
import { startMetricsServer } from './metrics-server.ts'

function ask(
  address: string,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET'
): Promise<[number, string]> {
  return new Promise((resolve, reject) => {
    const call = request(`http://${address}${path}`, { headers, method }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (body += chunk))
      response.on('end', () => resolve([response.statusCode ?? 0, body]))
    })
    call.on('error', reject)
    call.end()
  })
}

const listen = { host: '127.0.0.1', port: 0 }

test('metrics-and-health-are-served', async () => {
  let ready = false
  const server = await startMetricsServer(
    listen,
    () => 'naru_up 1\n',
    () => ready
  )
  assert.deepEqual(await ask(server.address, '/metrics'), [200, 'naru_up 1\n'])
  assert.deepEqual(await ask(server.address, '/livez'), [200, 'ok\n'])
  assert.equal((await ask(server.address, '/readyz'))[0], 503)
  ready = true
  assert.equal((await ask(server.address, '/readyz?verbose'))[0], 200)
  assert.equal((await ask(server.address, '/'))[0], 404)
  assert.equal((await ask(server.address, '/metrics', {}, 'POST'))[0], 405)
  await server.close()
})

test('a-web-page-cannot-reach-loopback-by-a-name-of-its-own', async () => {
  const server = await startMetricsServer(
    listen,
    () => '',
    () => true
  )
  assert.equal((await ask(server.address, '/metrics', { host: 'evil.example' }))[0], 421)
  assert.equal((await ask(server.address, '/metrics', { host: 'evil.example:9464' }))[0], 421)
  for (const host of ['localhost', 'localhost:1', '127.0.0.1', '[::1]:1']) {
    assert.equal((await ask(server.address, '/metrics', { host }))[0], 200, host)
  }
  await server.close()
})

test('a-page-that-fails-is-an-error-and-not-the-end', async () => {
  const server = await startMetricsServer(
    listen,
    () => {
      throw new Error('no counters')
    },
    () => true
  )
  assert.deepEqual(await ask(server.address, '/metrics'), [500, 'no counters\n'])
  assert.equal((await ask(server.address, '/livez'))[0], 200)
  await server.close()
})

test('a-port-in-use-is-told', async () => {
  const server = await startMetricsServer(
    listen,
    () => '',
    () => true
  )
  const port = Number(server.address.split(':').at(-1))
  await assert.rejects(
    startMetricsServer(
      { host: '127.0.0.1', port },
      () => '',
      () => true
    ),
    { code: 'EADDRINUSE' }
  )
  await server.close()
})
