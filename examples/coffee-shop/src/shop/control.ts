// What the page asks of the supervisor: which processes there are, how many baristas there shall be, and a kill -9 for
// whoever wants to see that nothing is lost.
import { type Supervisor, freePort } from '@naru/dev'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { Problem, checked, createServer, listen } from '../http.ts'

const BARISTAS_MAX = 8
const CLIENTS_MAX = 100

const scale = z.object({ instances: z.number().int().min(0).max(BARISTAS_MAX) })

export interface Control {
  /** Tells the pages that something has changed. */
  changed(): void
  close(): Promise<void>
}

export async function startControl(supervisor: Supervisor, port: number): Promise<Control> {
  const server = createServer()
  const clients = new Set<FastifyReply>()
  const text = (): string => JSON.stringify(supervisor.status)

  server.get('/processes', () => supervisor.status)
  server.put<{ Params: { readonly name: string } }>('/processes/:name', async (request, reply) => {
    const { instances } = checked(scale, request.body)
    if (request.params.name !== 'barista') throw new Problem(409, 'not-scalable', 'only baristas come and go')
    await supervisor.scale('barista', instances)
    return reply.send({ instances })
  })
  server.post<{ Params: { readonly label: string } }>('/processes/:label/kill', async (request, reply) => {
    const { label } = request.params
    if (!supervisor.status.some((one) => one.label === label)) {
      throw new Problem(404, 'unknown-process', `there is no process ${label}`)
    }
    return reply.code(202).send({ killed: supervisor.kill(label) ?? null })
  })
  server.get('/processes/events', async (request, reply) => {
    if (clients.size >= CLIENTS_MAX) throw new Problem(503, 'too-many-pages', 'too many pages listen')
    const headers = {
      ...reply.getHeaders(),
      'content-type': 'text/event-stream',
      'cache-control': 'no-store'
    }
    reply.raw.writeHead(200, headers as Record<string, string>).write(`data: ${text()}\n\n`)
    clients.add(reply)
    request.raw.once('close', () => clients.delete(reply))
    return reply.hijack()
  })

  await listen(server, await freePort('127.0.0.1', port))
  return {
    changed: () => {
      for (const client of clients) client.raw.write(`data: ${text()}\n\n`)
    },
    close: () => {
      for (const client of clients) client.raw.end()
      return server.close()
    }
  }
}
