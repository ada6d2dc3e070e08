export { startNaru, type NaruOptions } from './server.ts'
