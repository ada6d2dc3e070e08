// What the page asks of the supervisor: which processes there are, how many baristas there shall be, and a kill -9 for
// whoever wants to see that nothing is lost.
import { type Supervisor, freePort } from '@naru/dev'
import { z } from 'zod'
import { EventStream } from '../event-stream.ts'
import { Problem, checked, createServer, listen } from '../http.ts'

const BARISTAS_MAX = 8

const scale = z.object({ instances: z.number().int().min(0).max(BARISTAS_MAX) })

export interface Control {
  /** Tells the pages that something has changed. */
  changed(): void
  close(): Promise<void>
}

export async function startControl(supervisor: Supervisor, port: number): Promise<Control> {
  const server = createServer()
  const pages = new EventStream()
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
  server.get('/processes/events', (request, reply) => pages.open(request, reply, text()))

  await listen(server, await freePort('127.0.0.1', port))
  return {
    changed: () => pages.send(text()),
    close: () => {
      pages.close()
      return server.close()
    }
  }
}
