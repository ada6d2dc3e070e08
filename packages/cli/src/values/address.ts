/** `HOST:PORT`, to listen on and to connect to. */
import type { Address } from '@naru/base'
import { InvalidArgumentError } from 'commander'
import type { Messages } from '../i18n/messages.ts'

/** The address in a text, or undefined; IPv6 in brackets, an empty host means all interfaces. */
export function parseListenAddress(text: string): Address | undefined {
  const match = /^(?:\[([0-9a-fA-F:.%]+)\]|([^:\s/[\]]*)):(\d{1,5})$/.exec(text)
  if (match === null) return undefined
  const port = Number(match[3])
  const host = match[1] ?? match[2] ?? ''
  return port > 65_535 ? undefined : { host: host === '' ? '0.0.0.0' : host, port }
}

/** As people and clients write it. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** Whether an address can be reached from this machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

/** Whether an address stands for all interfaces, so that nobody can be told to connect to it. */
export function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}

/** A parser for brokers to connect to: `HOST` or `HOST:PORT`, several separated by commas. */
export function bootstrapList(messages: Messages): (text: string) => string {
  return (text) => {
    const isAddress = (item: string): boolean =>
      parseListenAddress(item) !== undefined ? !item.startsWith(':') : /^[\w.-]+$/.test(item)
    if (text.split(',').every((item) => isAddress(item.trim()))) return text
    throw new InvalidArgumentError(messages.text('value.bootstrap'))
  }
}
