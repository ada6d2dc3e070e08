// Where `npm start` begins. Plain JavaScript, so that a Node that cannot read TypeScript is refused with a sentence.
/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-call, typescript/no-unsafe-member-access,
   typescript/no-unsafe-argument -- this file is no part of the TypeScript program, so that nothing in it has a type */
import module from 'node:module'
import process from 'node:process'

const [major = 0] = process.versions.node.split('.').map(Number)
if (major < 24) {
  process.stderr.write(
    `Node 24 or newer is needed; this is ${process.versions.node}. \`npm ci\` brings it on Linux and Windows.\n`
  )
  process.exit(1)
}
process.title = 'naru:shop'
module.enableCompileCache()
await import('./src/shop/main.ts')
