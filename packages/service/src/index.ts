export type { Database, Inbox, Outbox, OutgoingEvent, Row, SendEvents, Store, Transaction } from './ports.ts'
