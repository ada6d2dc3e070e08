/**
 * The JSON Schema of a schema. Standard Schema has no way to ask for it that all libraries share, so that each way
 * that we know is tried; what nobody can tell has no contract.
 */
import type { AnySchema } from './define-event.ts'

export type JsonSchema = Readonly<Record<string, unknown>>

/** Standard JSON Schema, which newer libraries add beside `validate`: the schema of what goes in. */
interface JsonSchemaSource {
  readonly jsonSchema?: { readonly input?: (options: { readonly target: string }) => unknown }
}

/** ArkType, TypeBox and others have a method of their own. */
interface OwnMethod {
  readonly toJsonSchema?: () => unknown
  readonly toJSONSchema?: () => unknown
}

export function jsonSchemaOf(schema: AnySchema): JsonSchema | undefined {
  const standard = schema['~standard'] as AnySchema['~standard'] & JsonSchemaSource
  const own = schema as unknown as OwnMethod
  const found =
    standard.jsonSchema?.input?.({ target: 'draft-2020-12' }) ?? own.toJSONSchema?.() ?? own.toJsonSchema?.()
  return typeof found === 'object' && found !== null ? (found as JsonSchema) : undefined
}
