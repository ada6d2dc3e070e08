// The page of the shop: three files without a framework or a build. Its TypeScript is stripped of types when the process
// starts, as the services' own is.
import { readFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { setting } from '../process.ts'

const WEB = join(import.meta.dirname, '../../web')

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  // Board and control are neighbours on other ports of this machine.
  "connect-src 'self' http://127.0.0.1:* http://localhost:*",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'"
].join('; ')

export async function serveWeb(server: FastifyInstance): Promise<void> {
  const read = (name: string): Promise<string> => readFile(join(WEB, name), 'utf8')
  const files = {
    '/': { type: 'text/html; charset=utf-8', text: await read('index.html') },
    '/style.css': { type: 'text/css; charset=utf-8', text: await read('style.css') },
    '/page.js': { type: 'text/javascript; charset=utf-8', text: stripTypeScriptTypes(await read('page.ts')) },
    '/texts.js': {
      type: 'text/javascript; charset=utf-8',
      text: stripTypeScriptTypes(await read('texts.ts'))
    }
  }
  for (const [path, { type, text }] of Object.entries(files)) {
    server.get(path, (_request, reply) =>
      reply
        .header('content-security-policy', POLICY)
        .header('x-content-type-options', 'nosniff')
        .type(type)
        .send(text)
    )
  }
  const neighbours = {
    boardPort: Number(setting('BOARD_PORT')),
    controlPort: Number(setting('CONTROL_PORT'))
  }
  server.get('/neighbours', () => neighbours)
}
