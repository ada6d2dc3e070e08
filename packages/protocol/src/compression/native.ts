// The native modules of snappy and lz4, loaded on first use.
//
// Both packages ship prebuilt binaries (no install script); where none fits the platform, the codecs fall back to
// the TypeScript beside this file, which is several times slower and runs on the event loop.

export type NativeSnappy = {
  compress(bytes: Uint8Array): Promise<Buffer>
  compressSync(bytes: Uint8Array): Buffer
  uncompress(bytes: Uint8Array): Promise<string | Buffer>
  uncompressSync(bytes: Uint8Array): string | Buffer
}

export type NativeLz4 = {
  compressFrame(bytes: Uint8Array): Promise<Buffer>
  compressFrameSync(bytes: Uint8Array): Buffer
  decompressFrame(bytes: Uint8Array): Promise<Buffer>
  decompressFrameSync(bytes: Uint8Array): Buffer
}

const require = process.getBuiltinModule('node:module').createRequire(import.meta.url)

export const nativeSnappy: () => NativeSnappy | undefined = lazily(() => require('snappy') as NativeSnappy)
export const nativeLz4: () => NativeLz4 | undefined = lazily(() => require('lz4-napi') as NativeLz4)

function lazily<Module>(loadModule: () => Module): () => Module | undefined {
  let loaded: Module | undefined
  let tried = false
  return () => {
    if (tried) return loaded
    tried = true
    try {
      loaded = loadModule()
    } catch {
      loaded = undefined
    }
    return loaded
  }
}
