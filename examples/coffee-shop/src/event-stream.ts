// Server-sent events to the pages that are open: each gets what is there now, and then every change. A page that does not
// read any more is let go before it fills the memory; the browser comes again by itself.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from './http.ts'

const PAGES_MAX = 100
const BACKLOG_BYTES_MAX = 256 * 1024

export class EventStream {
  readonly #pages = new Set<FastifyReply>()

  get isWatched(): boolean {
    return this.#pages.size > 0
  }

  /** Answers the request with a stream that begins with `text`. */
  open(request: FastifyRequest, reply: FastifyReply, text: string): FastifyReply {
    if (this.#pages.size >= PAGES_MAX) throw new Problem(503, 'too-many-pages', 'too many pages listen')
    const headers = {
      ...reply.getHeaders(),
      'content-type': 'text/event-stream',
      'cache-control': 'no-store'
    }
    reply.hijack()
    reply.raw.writeHead(200, headers as Record<string, string>)
    reply.raw.write(`data: ${text}\n\n`)
    this.#pages.add(reply)
    request.raw.once('close', () => this.#pages.delete(reply))
    return reply
  }

  send(text: string): void {
    for (const { raw } of this.#pages) {
      if (raw.writableLength > BACKLOG_BYTES_MAX) raw.destroy()
      else raw.write(`data: ${text}\n\n`)
    }
  }

  close(): void {
    for (const { raw } of this.#pages) raw.end()
  }
}
