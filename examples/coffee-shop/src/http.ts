// HTTP as every service of the shop speaks it: JSON, errors as RFC 9457 problem details, and pages of the shop's own
// origin allowed to ask.
import type { IncomingHttpHeaders } from 'node:http'
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import type { z } from 'zod'

const HOST = '127.0.0.1'
const BODY_BYTES_MAX = 16 * 1024
/** Names by which a browser on this machine may call us; any other comes from a name that was bent to our address. */
const LOCAL_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/
const LOCAL_ORIGIN = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\]):\d+$/

/** An outcome that the caller is told about as it is. */
export class Problem extends Error {
  readonly status: number
  readonly type: string
  readonly more: Readonly<Record<string, unknown>>

  constructor(status: number, type: string, detail: string, more: Readonly<Record<string, unknown>> = {}) {
    super(detail)
    this.status = status
    this.type = type
    this.more = more
  }
}

export function createServer(): FastifyInstance {
  const server = Fastify({ bodyLimit: BODY_BYTES_MAX, forceCloseConnections: true })
  // With a callback: a reply is awaited until it is sent, which this hook must not do.
  server.addHook('onRequest', (request, reply, done) => {
    const refusal = refusalOf(request.headers)
    if (refusal !== undefined) return done(refusal)
    const { origin } = request.headers
    if (origin === undefined) return done()
    reply.headers({ 'access-control-allow-origin': origin, vary: 'origin' })
    if (request.method !== 'OPTIONS') return done()
    reply.headers({
      'access-control-allow-methods': 'GET, POST, PUT',
      'access-control-allow-headers': 'content-type'
    })
    reply.code(204).send()
  })
  server.setNotFoundHandler((request, reply) => {
    return sendProblem(
      reply,
      new Problem(404, 'not-found', `there is nothing at ${request.method} ${request.url}`)
    )
  })
  server.setErrorHandler(
    (error: Error & { readonly statusCode?: number; readonly code?: string }, _request, reply) =>
      sendProblem(reply, problemOf(error))
  )
  return server
}

/** Whether somebody else's page, or a name that was bent to this machine, is behind the request. */
function refusalOf({ host = '', origin }: IncomingHttpHeaders): Problem | undefined {
  if (!LOCAL_HOST.test(host)) return new Problem(421, 'wrong-host', `this server is not ${host}`)
  if (origin === undefined || LOCAL_ORIGIN.test(origin)) return undefined
  return new Problem(403, 'wrong-origin', `pages of ${origin} may not call this`)
}

/** Listens on the loopback interface; 0 chooses a free port. Returns the address. */
export function listen(server: FastifyInstance, port: number): Promise<string> {
  return server.listen({ host: HOST, port })
}

/** The body as the schema has it, or a problem that names what is wrong where. */
export function checked<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const errors = result.error.issues.map(({ path, message }) => ({
    pointer: `/${path.join('/')}`,
    detail: message
  }))
  throw new Problem(400, 'invalid-body', 'the body does not have the form that is expected here', { errors })
}

/** What `pg` says of a connection that broke or was never had, without a code. */
const LOST_CONNECTION =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying)/

function problemOf(error: Error & { readonly statusCode?: number; readonly code?: string }): Problem {
  if (error instanceof Problem) return error
  const { statusCode = 500 } = error
  if (statusCode < 500) return new Problem(statusCode, 'invalid-request', error.message)
  console.error(error)
  // Trouble with a neighbour has a code, of the system, of PostgreSQL or of Kafka; a mistake of ours has none.
  if (error.code === undefined && !LOST_CONNECTION.test(error.message))
    return new Problem(500, 'internal-error', 'this service has made a mistake')
  return new Problem(503, 'unavailable', 'something that this service needs does not answer; try again')
}

function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.status === 503) reply.header('retry-after', '1')
  return reply
    .code(problem.status)
    .type('application/problem+json')
    .send({
      type: `urn:coffee-shop:${problem.type}`,
      title: title(problem.type),
      status: problem.status,
      detail: problem.message,
      ...problem.more
    })
}

function title(type: string): string {
  const words = type.replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
