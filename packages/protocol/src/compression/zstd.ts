// Zstandard (RFC 8878) by `node:zlib`, which has it from Node 22.15 on.
//
// A producer may flush several frames into one batch; each is inflated under what is left of the cap.
import type { Codec } from './codec.ts'
import { tooLarge } from './failure.ts'
import { inflateOptions, loadZlib, zlibFailure } from './zlib.ts'
import { zstdFrames } from './zstd-frame.ts'

export const zstd: Codec = {
  async compress(bytes, level) {
    return new Promise((resolve, reject) => {
      loadZlib().zstdCompress(bytes, levelOptions(level), (error, result) => {
        if (error === null) resolve(result)
        else reject(error)
      })
    })
  },
  compressSync(bytes, level) {
    return loadZlib().zstdCompressSync(bytes, levelOptions(level))
  },
  async decompress(bytes, maxBytes) {
    const outputs = new Outputs(maxBytes)
    for (const frame of zstdFrames(bytes)) outputs.add(await inflateFrame(frame, outputs.bytesLeft()))
    return outputs.joined()
  },
  decompressSync(bytes, maxBytes) {
    const outputs = new Outputs(maxBytes)
    for (const frame of zstdFrames(bytes)) outputs.add(inflateFrameSync(frame, outputs.bytesLeft()))
    return outputs.joined()
  }
}

function levelOptions(level: number | undefined): { readonly params?: Record<number, number> } {
  const { ZSTD_c_compressionLevel: key } = loadZlib().constants
  return level === undefined ? {} : { params: { [key]: level } }
}

class Outputs {
  private readonly maxBytes: number
  private readonly outputs: Uint8Array[]
  private bytes: number

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes
    this.outputs = []
    this.bytes = 0
  }

  bytesLeft(): number {
    return this.maxBytes - this.bytes
  }

  add(output: Uint8Array): void {
    this.bytes += output.length
    if (this.bytes > this.maxBytes) throw tooLarge('zstd', this.maxBytes)
    if (output.length > 0) this.outputs.push(output)
  }

  joined(): Uint8Array {
    return this.outputs.length === 1 ? this.outputs[0]! : Buffer.concat(this.outputs)
  }
}

async function inflateFrame(frame: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    loadZlib().zstdDecompress(frame, inflateOptions(frame.length, maxBytes), (error, result) => {
      if (error === null) resolve(result)
      else reject(zlibFailure('zstd', maxBytes, error))
    })
  })
}

function inflateFrameSync(frame: Uint8Array, maxBytes: number): Uint8Array {
  try {
    return loadZlib().zstdDecompressSync(frame, inflateOptions(frame.length, maxBytes))
  } catch (error) {
    throw zlibFailure('zstd', maxBytes, error)
  }
}
