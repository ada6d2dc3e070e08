/** Collects the descriptions in this folder; for the generator and for tests, never at run time. */
import { readdir } from 'node:fs/promises'
import { basename } from 'node:path'
import type { ApiSchema, MessageSchema, RecordSchema } from './types.ts'

export type {
  ApiSchema,
  BodySchema,
  FieldSchema,
  MessageSchema,
  RecordSchema,
  StructSchema
} from './types.ts'

/** A description and the name of its file, without `.ts`. */
export interface Loaded<Schema> {
  readonly file: string
  readonly schema: Schema
}

export async function loadApis(): Promise<Array<Loaded<ApiSchema>>> {
  return load<ApiSchema>('./', /^\d\d-[a-z0-9-]+\.ts$/)
}

export async function loadRecords(): Promise<Array<Loaded<RecordSchema>>> {
  return load<RecordSchema>('./records/', /^[a-z0-9-]+\.ts$/)
}

export async function loadHeaders(): Promise<Array<Loaded<MessageSchema>>> {
  return load<MessageSchema>('./headers/', /^[a-z0-9-]+\.ts$/)
}

/** Each file exports exactly one description. */
async function load<Schema>(folder: string, pattern: RegExp): Promise<Array<Loaded<Schema>>> {
  const url = new URL(folder, import.meta.url)
  const files = (await readdir(url)).filter((file) => pattern.test(file)).toSorted()
  return Promise.all(
    files.map(async (file) => {
      const module = (await import(new URL(file, url).href)) as Record<string, Schema>
      const [schema] = Object.values(module)
      if (schema === undefined) throw new Error(`${folder}${file} exports no schema`)
      return { file: basename(file, '.ts'), schema }
    })
  )
}
