export * from './error-codes.ts'
export * from './error-info.ts'
