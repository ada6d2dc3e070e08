/** `host:port` as people write it, several separated by commas, IPv6 in brackets. */
import { OptionError } from '../options/check-options.ts'

export interface BrokerAddress {
  readonly host: string
  readonly port: number
}

const DEFAULT_PORT = 9092

/** Reads a bootstrap list; the port is 9092 where it is left out. */
export function parseAddresses(bootstrap: string | readonly string[]): readonly BrokerAddress[] {
  const texts = (typeof bootstrap === 'string' ? bootstrap.split(',') : bootstrap).map((text) => text.trim())
  if (texts.length === 0 || texts.includes('')) {
    throw new OptionError('bootstrap', `bootstrap needs HOST:PORT, got "${String(bootstrap)}"`)
  }
  return texts.map(parseAddress)
}

/** Each address once, in the order of the first. */
export function distinctAddresses(addresses: readonly BrokerAddress[]): readonly BrokerAddress[] {
  return [...new Map(addresses.map((address) => [`${address.host}:${address.port}`, address])).values()]
}

function parseAddress(text: string): BrokerAddress {
  const match = /^(?:\[([0-9a-fA-F:.%]+)\]|([^:\s/]+))(?::(\d{1,5}))?$/.exec(text)
  const host = match?.[1] ?? match?.[2]
  const port = match?.[3] === undefined ? DEFAULT_PORT : Number(match[3])
  if (host === undefined || port < 1 || port > 65_535) {
    throw new OptionError('bootstrap', `"${text}" is not HOST:PORT`)
  }
  return { host, port }
}
