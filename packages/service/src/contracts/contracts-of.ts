/** The contracts of a service, made from its definitions. */
import type { AnySchema, EventDefinition } from '../event/define-event.ts'
import type { Contract, ContractRole } from './contract.ts'

/** Events whose schema cannot tell its JSON Schema have no contract. */
export function contractsOf(
  service: string,
  role: ContractRole,
  events: ReadonlyArray<EventDefinition<AnySchema>>,
  since: string
): readonly Contract[] {
  return events.flatMap((event) => {
    const { name, version, topic, description } = event
    const schema = event.jsonSchema()
    if (schema === undefined) return []
    const contract = { event: name, version, role, service, topic, schema, since }
    return [description === undefined ? contract : { ...contract, description }]
  })
}
