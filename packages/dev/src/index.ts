export { INSTANCES_MAX } from './limits.ts'
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  embeddedPostgres,
  planEmbeddedPostgres
} from './postgres/node/embedded.ts'
export { freePort } from './postgres/node/port.ts'
export {
  type ProvisionOptions,
  type ServiceDatabase,
  databaseName,
  provision,
  serviceUrl
} from './postgres/provision.ts'
export { Supervisor, type SupervisorOptions } from './supervisor/node/supervisor.ts'
export { prefixed } from './supervisor/prefixed.ts'
export { type ProcessSpec, type ScriptOptions, nodeProcess } from './supervisor/process-spec.ts'
export type { ProcessState, ProcessStatus } from './supervisor/status.ts'
