export * from './anomaly.ts'
export * from './check-history.ts'
export * from './history.ts'
export * from './payload.ts'
