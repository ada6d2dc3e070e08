/** Kafka's way to say where to listen, `PLAINTEXT://host:port,...`, as the one address that Naru listens on. */
import type { Address } from '@naru/base'
import type { Messages } from '../../i18n/messages.ts'
import { parseListenAddress } from '../../values/address.ts'

/** The address, or a sentence that says why there is none. */
export type ListenerAddress = { readonly address: Address } | { readonly problem: string }

/** Controllers have listeners of their own in Kafka; here there is nothing to control. */
export function brokerListener(
  listeners: string,
  properties: ReadonlyMap<string, string>,
  messages: Messages
): ListenerAddress {
  const controllers = items(properties.get('controller.listener.names') ?? 'CONTROLLER')
  const own = items(listeners).filter((item) => !controllers.includes(nameOf(item)))
  const [listener, ...others] = own
  if (listener === undefined || others.length > 0) {
    return { problem: messages.text('serve.one-listener', { listeners }) }
  }
  const protocol = protocolOf(nameOf(listener), properties)
  if (protocol !== 'PLAINTEXT')
    return { problem: messages.text('serve.plaintext-only', { listener, protocol }) }
  const address = parseListenAddress(listener.replace(/^[^:]*:\/\//, ''))
  return address === undefined ? { problem: messages.text('serve.bad-listener', { listener }) } : { address }
}

function items(text: string): readonly string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

function nameOf(listener: string): string {
  return listener.slice(0, Math.max(0, listener.indexOf('://')))
}

/** A listener's name is its protocol, unless the map says otherwise. */
function protocolOf(name: string, properties: ReadonlyMap<string, string>): string {
  const entries = items(properties.get('listener.security.protocol.map') ?? '').map((item) => item.split(':'))
  return entries.find(([listener]) => listener === name)?.[1] ?? name
}
