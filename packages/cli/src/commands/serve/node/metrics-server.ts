/** A small HTTP server for `/metrics`, `/livez` and `/readyz`. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Address } from '@naru/base'
import { formatAddress, isLoopback } from '../../../values/address.ts'

// An import statement would read each name of the module, and with `WebSocket` load a whole HTTP client: 20 ms.
const { createServer } = process.getBuiltinModule('node:http')

export interface MetricsServer {
  readonly address: string
  close(): Promise<void>
}

/** A scraper sends a line and a few headers. */
const HEADER_BYTES_MAX = 16 * 1024
const REQUEST_MS_MAX = 5_000
const CONNECTIONS_MAX = 32

export async function startMetricsServer(
  listen: Address,
  text: () => string,
  isReady: () => boolean
): Promise<MetricsServer> {
  const server = createServer(
    { maxHeaderSize: HEADER_BYTES_MAX, requestTimeout: REQUEST_MS_MAX, headersTimeout: REQUEST_MS_MAX },
    (request, response) => {
      try {
        answer(request, response, { listen, text, isReady })
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        send(response, 500, `${reason}\n`)
      }
    }
  )
  server.maxConnections = CONNECTIONS_MAX
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(listen.port, listen.host, () => resolve())
  })
  const bound = server.address()
  const port = typeof bound === 'object' && bound !== null ? bound.port : listen.port
  return {
    address: formatAddress({ host: listen.host, port }),
    close: async () => {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    }
  }
}

interface Pages {
  readonly listen: Address
  readonly text: () => string
  readonly isReady: () => boolean
}

function answer(request: IncomingMessage, response: ServerResponse, pages: Pages): void {
  if (!isOurs(request.headers.host, pages.listen))
    return send(response, 421, 'this host is not served here\n')
  if (request.method !== 'GET' && request.method !== 'HEAD') return send(response, 405, 'only GET\n')
  switch (request.url?.split('?')[0]) {
    case '/livez':
      return send(response, 200, 'ok\n')
    case '/readyz':
      return pages.isReady() ? send(response, 200, 'ok\n') : send(response, 503, 'not ready\n')
    case '/metrics':
      return send(response, 200, pages.text())
    default:
      return send(response, 404, 'try /metrics, /livez or /readyz\n')
  }
}

/** A web page can make a browser ask its own names of this machine (DNS rebinding); loopback answers to loopback. */
function isOurs(host: string | undefined, listen: Address): boolean {
  if (!isLoopback(listen.host)) return true
  const name = /^(?:\[([^\]]*)\]|([^:]*))(?::\d+)?$/.exec(host ?? '')
  return isLoopback(name?.[1] ?? name?.[2] ?? '')
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain; version=0.0.4; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff'
  })
  response.end(body)
}
