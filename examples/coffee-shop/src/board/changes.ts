// Which events change the board, and how. The board and its rebuild read the same table.
import type { AnySchema, EventDefinition } from '@naru/service'
import { coffeeReady, coffeeStarted, orderPlaced } from '../events.ts'
import type { Change } from './projection.ts'

interface Source {
  readonly event: EventDefinition<AnySchema>
  readonly change: (data: unknown) => Change
}

interface Payload {
  readonly orderId: string
  readonly drink?: string
  readonly customer?: string
}

function source<S extends AnySchema>(event: EventDefinition<S>, status: Change['status']): Source {
  return {
    event,
    change: (data) => {
      const { orderId, drink, customer } = data as Payload
      return {
        orderId,
        status,
        ...(drink === undefined ? {} : { drink }),
        ...(customer === undefined ? {} : { customer })
      }
    }
  }
}

export const SOURCES: readonly Source[] = [
  source(orderPlaced, 'placed'),
  source(coffeeStarted, 'brewing'),
  source(coffeeReady, 'ready')
]
