// Starts what the environment asks for; see `config.ts`. FRAMEWORK=nest takes NestJS in the place of Fastify.
import { readConfig } from './config.ts'
import { createFastifyApp } from './fastify.ts'
import { createNestApp } from './nest.ts'

const HOST = '127.0.0.1'

const config = readConfig(process.env)
const port = Number(process.env['PORT'] ?? 8080)
const app = process.env['FRAMEWORK'] === 'nest' ? await createNestApp(config) : await createFastifyApp(config)
if ('inject' in app && 'addHook' in app) await app.listen({ host: HOST, port })
else await app.listen(port, HOST)
console.log(`${config.parts.join(', ')} at http://${HOST}:${port}`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void app.close())
