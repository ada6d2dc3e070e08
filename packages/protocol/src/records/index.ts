export * from './batch-attributes.ts'
export * from './batch-header.ts'
export * from './batch-patch.ts'
export * from './batch-split.ts'
