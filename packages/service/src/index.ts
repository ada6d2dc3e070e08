export type { AsyncApiDocument } from './contracts/asyncapi.ts'
export { PermanentError, SERVICE_ERRORS, ServiceError, type ServiceErrorCode } from './errors.ts'
export {
  type AnySchema,
  type EventDefinition,
  type EventInput,
  type EventOptions,
  type EventOutput,
  defineEvent
} from './event/define-event.ts'
export type { EventMeta } from './event/headers.ts'
export type { JsonSchema } from './event/json-schema.ts'
export type { TraceContext } from './event/trace-context.ts'
export { RETRY_DEFAULTS, SERVICE_DEFAULTS } from './defaults.ts'
export type { HandlerContext, HandlerLog, Publish, PublishOptions } from './handler/context.ts'
export type { UnknownType, UnknownVersion } from './handler/route.ts'
export type { Database, Inbox, Outbox, OutgoingEvent, Row, SendEvents, Store, Transaction } from './ports.ts'
export type { RetryPolicy } from './retry/retry-policy.ts'
export type { Health } from './runtime/health.ts'
export type { ServiceOptions } from './runtime/settings.ts'
export {
  type BatchHandler,
  type BatchHandlerOptions,
  type Handler,
  type HandlerOptions,
  type RequestHandler,
  type RequestOptions,
  Service,
  type ServicePublishOptions,
  defineService
} from './service.ts'
