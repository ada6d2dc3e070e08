/** All systems by name, and a broker of the user's own by its address. */
import { startBroker } from 'naru-conformance/start'
import { disk } from './disk.ts'
import { kafkaSystems } from './kafka.ts'
import { kfake } from './kfake.ts'
import { naruSystems } from './naru.ts'
import { sink } from './sink.ts'
import { started, type System } from './system.ts'

export { naruVariant, type Variant } from './naru.ts'
export type { StartedSystem, System } from './system.ts'

const systems: readonly System[] = [...naruSystems, ...kafkaSystems, kfake, sink, disk]

/** What is measured when nothing else is asked for, in the order of each round. */
export const systemsDefault: readonly string[] = ['naru', 'kafka', 'kafka-flush1', 'kfake', 'sink', 'disk']

export function systemNamed(name: string): System {
  const system = systems.find((one) => one.name === name)
  if (system !== undefined) return system
  throw new Error(`there is no system '${name}'; there are ${systems.map((one) => one.name).join(', ')}`)
}

/** A broker at an address that somebody else started: nothing is known of its process or its disk. */
export function peerSystem(address: string): System {
  const system: System = {
    name: 'peer',
    what: `the broker at ${address}`,
    durability: 'as it was set up',
    isBroker: true,
    isOurs: false,
    start: async ({ folder }) => started(system, await startBroker(address), { folder })
  }
  return system
}
