/** Checks a payload; a refusal names the field. Schemas that answer at once cost no promise. */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { ServiceError } from '../errors.ts'
import type { AnySchema, EventDefinition, EventOutput } from './define-event.ts'

/** The checked payload, or a promise of it; throws or rejects with INVALID_PAYLOAD. */
export function validate<S extends AnySchema>(
  event: EventDefinition<S>,
  data: unknown
): EventOutput<S> | Promise<EventOutput<S>> {
  const result = event.schema['~standard'].validate(data)
  if (result instanceof Promise) return result.then((settled) => valueOf(event, settled))
  return valueOf(event, result)
}

function valueOf<S extends AnySchema>(
  event: EventDefinition<S>,
  result: StandardSchemaV1.Result<unknown>
): EventOutput<S> {
  if (result.issues === undefined) return result.value
  const [issue] = result.issues
  const field = fieldOf(issue?.path)
  const place = field === '' ? '' : ` at ${field}`
  const message = `${event.name} version ${event.version}${place}: ${issue?.message ?? 'the schema refuses it'}`
  throw new ServiceError('INVALID_PAYLOAD', message, { field, cause: result.issues })
}

/** `items[2].name` of a path. */
function fieldOf(path: StandardSchemaV1.Issue['path']): string {
  let field = ''
  for (const segment of path ?? []) {
    const key = typeof segment === 'object' ? segment.key : segment
    if (typeof key === 'number') field += `[${key}]`
    else field += `${field === '' ? '' : '.'}${String(key)}`
  }
  return field
}
