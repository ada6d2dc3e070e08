// gzip (RFC 1952) by `node:zlib`.
import type { Codec } from './codec.ts'
import { inflateOptions, loadZlib, zlibFailure } from './zlib.ts'

export const gzip: Codec = {
  async compress(bytes, level) {
    return new Promise((resolve, reject) => {
      loadZlib().gzip(bytes, levelOptions(level), (error, result) => {
        if (error === null) resolve(result)
        else reject(error)
      })
    })
  },
  compressSync(bytes, level) {
    return loadZlib().gzipSync(bytes, levelOptions(level))
  },
  async decompress(bytes, maxBytes) {
    const options = inflateOptions(bytes.length, maxBytes)
    return new Promise((resolve, reject) => {
      loadZlib().gunzip(bytes, options, (error, result) => {
        if (error === null) resolve(result)
        else reject(zlibFailure('gzip', maxBytes, error))
      })
    })
  },
  decompressSync(bytes, maxBytes) {
    try {
      return loadZlib().gunzipSync(bytes, inflateOptions(bytes.length, maxBytes))
    } catch (error) {
      throw zlibFailure('gzip', maxBytes, error)
    }
  }
}

function levelOptions(level: number | undefined): { readonly level?: number } {
  return level === undefined ? {} : { level }
}
