/** The examples of the READMEs run as they stand there, and both languages show the same code. */
import { join } from 'node:path'
import { testReadmes } from './readme-examples.ts'

testReadmes(join(import.meta.dirname, '..'), { least: 4 })
