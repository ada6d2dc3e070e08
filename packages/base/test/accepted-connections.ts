/** Connections on the loopback interface, one after another, as who connected and who accepted see them. */
import { connect, type Socket } from 'node:net'
import { after, before } from 'node:test'
import { nodeNetwork } from '../src/node/network.ts'
import type { Connection, Listener } from '../src/network.ts'

export interface Accepted {
  readonly peer: Socket
  readonly connection: Connection
}

/** Listens while the tests of the file run; each call connects once more. */
export function acceptedConnections(): () => Promise<Accepted> {
  let listener: Listener
  let accept: (connection: Connection) => void
  before(async () => {
    listener = await nodeNetwork.listen({ host: '127.0.0.1', port: 0 }, (connection) => accept(connection))
  })
  after(() => listener.close())
  return async () => {
    const { promise, resolve } = Promise.withResolvers<Connection>()
    accept = resolve
    const peer = connect(listener.port, '127.0.0.1')
    return { peer, connection: await promise }
  }
}
