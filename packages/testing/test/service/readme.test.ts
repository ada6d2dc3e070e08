/** The examples of the service package's READMEs run as they stand there, and both languages show the same code. */
import { join } from 'node:path'
import { testReadmes } from '../readme-examples.ts'

testReadmes(join(import.meta.dirname, '..', '..', '..', 'service'), { least: 3 })
