// Zstandard (RFC 8878) by `node:zlib`, which has it from Node 22.15 on.
//
// Node inflates the first frame only and ignores what follows. A producer may flush several frames into one
// batch, so the walk goes on as long as the input does, each frame under what is left of the cap.
import { promisify } from 'node:util'
import type { Codec } from './codec.ts'
import { corrupt, tooLarge } from './failure.ts'
import { inflateOptions, loadZlib, zlibFailure } from './zlib.ts'

/** One inflated frame and how many bytes of the input it took. */
type Frame = { readonly output: Uint8Array; readonly inputBytes: number }
/** What zlib hands out with the option `info`; its types do not know that yet. */
type WithEngine = { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } }

export const zstd: Codec = {
  async compress(bytes) {
    return promisify(loadZlib().zstdCompress)(bytes)
  },
  compressSync(bytes) {
    return loadZlib().zstdCompressSync(bytes)
  },
  async decompress(bytes, maxBytes) {
    const frames = new Frames(bytes, maxBytes)
    do frames.add(await inflateFrame(frames.rest(), frames.bytesLeft()))
    while (frames.hasMore())
    return frames.joined()
  },
  decompressSync(bytes, maxBytes) {
    const frames = new Frames(bytes, maxBytes)
    do frames.add(inflateFrameSync(frames.rest(), frames.bytesLeft()))
    while (frames.hasMore())
    return frames.joined()
  }
}

class Frames {
  private readonly input: Uint8Array
  private readonly maxBytes: number
  private readonly outputs: Uint8Array[]
  private inputAt: number
  private outputBytes: number

  constructor(input: Uint8Array, maxBytes: number) {
    this.input = input
    this.maxBytes = maxBytes
    this.outputs = []
    this.inputAt = 0
    this.outputBytes = 0
  }

  rest(): Uint8Array {
    return this.inputAt === 0 ? this.input : this.input.subarray(this.inputAt)
  }

  bytesLeft(): number {
    return this.maxBytes - this.outputBytes
  }

  add(frame: Frame): void {
    if (frame.inputBytes <= 0) throw corrupt('zstd')
    this.inputAt += frame.inputBytes
    this.outputBytes += frame.output.length
    if (this.outputBytes > this.maxBytes) throw tooLarge('zstd', this.maxBytes)
    if (frame.output.length > 0) this.outputs.push(frame.output)
  }

  hasMore(): boolean {
    return this.inputAt < this.input.length
  }

  joined(): Uint8Array {
    return this.outputs.length === 1 ? this.outputs[0]! : Buffer.concat(this.outputs)
  }
}

async function inflateFrame(bytes: Uint8Array, maxBytes: number): Promise<Frame> {
  const options = { ...inflateOptions(bytes.length, maxBytes), info: true }
  return new Promise((resolve, reject) => {
    loadZlib().zstdDecompress(bytes, options, (error, result) => {
      if (error === null) resolve(frameOf(result))
      else reject(zlibFailure('zstd', maxBytes, error))
    })
  })
}

function inflateFrameSync(bytes: Uint8Array, maxBytes: number): Frame {
  try {
    const options = { ...inflateOptions(bytes.length, maxBytes), info: true }
    return frameOf(loadZlib().zstdDecompressSync(bytes, options))
  } catch (error) {
    throw zlibFailure('zstd', maxBytes, error)
  }
}

function frameOf(result: unknown): Frame {
  const { buffer, engine } = result as WithEngine
  return { output: buffer, inputBytes: engine.bytesWritten }
}
