// The command line of `npm start`, and what may stand in it.
import { parseArgs } from 'node:util'
import { INSTANCES_MAX } from '@naru/dev'
import { type Flag, Refused } from './refusal.ts'

export interface StartOptions {
  readonly listen: string
  readonly data: string
  readonly port: number
  readonly baristas: number
  readonly kafka?: string | undefined
  readonly help: boolean
}

const LISTEN_PORT_MAX = 65_535
/** The board and the control of the shop have the two ports after the order taker's. */
export const PORT_MAX = LISTEN_PORT_MAX - 2
export const BARISTAS_MAX = INSTANCES_MAX

/** Throws what is wrong with the words as a refusal. */
export function readOptions(words: readonly string[]): StartOptions {
  const { listen, port, baristas, ...rest } = parse(words)
  if (!isAddress(listen)) throw new Refused({ kind: 'wrong-value', flag: '--listen', value: listen })
  return {
    ...rest,
    listen,
    port: wholeNumber('--port', port, PORT_MAX),
    baristas: wholeNumber('--baristas', baristas, BARISTAS_MAX)
  }
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        listen: { type: 'string', default: '127.0.0.1:9092' },
        data: { type: 'string', default: 'coffee-shop-data' },
        port: { type: 'string', default: '8080' },
        baristas: { type: 'string', default: '2' },
        kafka: { type: 'string' },
        help: { type: 'boolean', default: false }
      }
    }).values
  } catch (error) {
    const [message = ''] = (error instanceof Error ? error.message : String(error)).split('. ')
    throw new Refused({ kind: 'usage', message }, error)
  }
}

function isAddress(text: string): boolean {
  const port = /^[^:\s]+:(\d{1,5})$/.exec(text)?.[1]
  return port !== undefined && Number(port) <= LISTEN_PORT_MAX
}

function wholeNumber(flag: Flag, value: string, max: number): number {
  if (/^\d{1,5}$/.test(value) && Number(value) <= max) return Number(value)
  throw new Refused({ kind: 'wrong-value', flag, value })
}
