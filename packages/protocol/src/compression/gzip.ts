// gzip (RFC 1952) by `node:zlib`.
import { promisify } from 'node:util'
import type { Codec } from './codec.ts'
import { inflateOptions, loadZlib, zlibFailure } from './zlib.ts'

export const gzip: Codec = {
  async compress(bytes) {
    return promisify(loadZlib().gzip)(bytes)
  },
  compressSync(bytes) {
    return loadZlib().gzipSync(bytes)
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
