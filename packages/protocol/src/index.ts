export * from './crc32c.ts'
export * from './records/index.ts'
