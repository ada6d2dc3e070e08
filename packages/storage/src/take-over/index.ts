export { takeOver, type TakeOver, type TakeOverOptions } from './take-over.ts'
