export { STORE_DEFAULTS } from './defaults.ts'
export { PostgresStore, type PostgresStoreOptions, postgresStore } from './store.ts'
