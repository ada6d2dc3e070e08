/** Which address a client is told: its own view of us, unless one was configured. */
import type { Address } from '@naru/base'
import type { Ownership } from '@naru/storage'
import type { ClientInfo } from './handler.ts'

export interface NodeEndpoint {
  readonly nodeId: number
  readonly host: string
  readonly port: number
  readonly rack: string | null
}

export class Endpoints {
  readonly #ownership: Ownership
  readonly #advertised: Address | undefined
  readonly #rack: string | null

  constructor(options: { ownership: Ownership; advertised: Address | undefined; rack: string | null }) {
    this.#ownership = options.ownership
    this.#advertised = options.advertised
    this.#rack = options.rack
  }

  get nodeId(): number {
    return this.#ownership.nodeId
  }

  /** This broker as this client reaches it. */
  self(client: ClientInfo): NodeEndpoint {
    const host = this.#advertised?.host ?? client.localAddress
    const port = this.#advertised?.port ?? client.localPort
    return { nodeId: this.nodeId, host: withoutMapping(host), port, rack: this.#rack }
  }
}

/** A dual-stack listener shows IPv4 peers as `::ffff:a.b.c.d`, which some clients cannot dial. */
function withoutMapping(host: string): string {
  return host.startsWith('::ffff:') ? host.slice('::ffff:'.length) : host
}
