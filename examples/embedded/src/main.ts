// Starts what the environment asks for; see `config.ts`. FRAMEWORK=nest takes NestJS in the place of Fastify.
import { readConfig } from './config.ts'
import { createFastifyApp } from './fastify.ts'
import { createNestApp } from './nest.ts'

const HOST = '127.0.0.1'

const config = readConfig(process.env)
const port = Number(process.env['PORT'] ?? 8080)
const app = await (process.env['FRAMEWORK'] === 'nest' ? openNest() : openFastify())
console.log(`${config.parts.join(', ')} at http://${HOST}:${port}`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void app.close())

async function openFastify(): Promise<{ close(): Promise<void> }> {
  const fastify = await createFastifyApp(config)
  await fastify.listen({ host: HOST, port })
  return { close: () => fastify.close() }
}

async function openNest(): Promise<{ close(): Promise<void> }> {
  const nest = await createNestApp(config)
  await nest.listen(port, HOST)
  return nest
}
