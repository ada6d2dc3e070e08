// Preloaded into a command by `start-weight.test.ts`: writes at the end of the process what it has loaded, as JSON, to the
// file that the environment names. No import statement, since those load more of Node than what they name.
const files = []

process.getBuiltinModule('node:module').registerHooks({
  load(url, context, nextLoad) {
    if (url.startsWith('file:')) files.push(url)
    return nextLoad(url, context)
  }
})

process.on('exit', () => {
  const builtins = process.moduleLoadList.map((name) => name.replace(/^NativeModule /, ''))
  const text = JSON.stringify({ files, builtins })
  process.getBuiltinModule('node:fs').writeFileSync(process.env.NARU_TEST_LOADED, text)
})
