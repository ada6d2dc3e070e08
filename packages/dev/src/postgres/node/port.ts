/** Ports of the loopback interface. */
import { createServer } from 'node:net'

/** The wanted port when nobody listens on it, else one that the system chooses; nothing keeps it, so use it at once. */
export async function freePort(host: string, wanted: number): Promise<number> {
  return (await tryPort(host, wanted)) ?? (await tryPort(host, 0)) ?? wanted
}

function tryPort(host: string, port: number): Promise<number | undefined> {
  const { promise, resolve } = Promise.withResolvers<number | undefined>()
  const server = createServer()
  server.once('error', () => resolve(undefined))
  server.listen(port, host, () => {
    const address = server.address()
    const found = typeof address === 'object' && address !== null ? address.port : undefined
    server.close(() => resolve(found))
  })
  return promise
}
