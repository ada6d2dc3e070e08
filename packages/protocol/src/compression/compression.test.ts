// The four codecs, native and in TypeScript, against each other, against damage and against bombs.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import zlib from 'node:zlib'
import fc from 'fast-check'
import { CompressionCodec } from '../records/batch-attributes.ts'
import {
  CompressionError,
  compressSync,
  decompressSync,
  inPlaceCompression,
  threadPoolCompression
} from './index.ts'
import { lz4InTypeScript } from './lz4.ts'
import { nativeLz4, nativeSnappy } from './native.ts'
import { snappyInTypeScript } from './snappy.ts'
import { deflateBlock } from './snappy-block.ts'
import { xxhash32 } from './xxhash32.ts'

const { none, ...realCodecs } = CompressionCodec
const names = Object.keys(realCodecs) as (keyof typeof realCodecs)[]
const mebibyte = 1024 * 1024

/** Random bytes with repetitions, so that codecs find something to do. */
const payloads = fc
  .array(fc.tuple(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 400 })), { maxLength: 12 })
  .map((parts) => Buffer.concat(parts.flatMap(([bytes, times]) => Array<Uint8Array>(times).fill(bytes))))

function failsWith(code: string): (error: unknown) => boolean {
  return (error) => error instanceof CompressionError && error.code === code
}

test('the native modules are in use on this platform', () => {
  assert.notEqual(nativeSnappy(), undefined)
  assert.notEqual(nativeLz4(), undefined)
})

for (const name of names) {
  const codec = realCodecs[name]

  test(`${name}: what was compressed comes back, in place and off the loop`, async () => {
    await fc.assert(
      fc.asyncProperty(payloads, async (payload) => {
        assert.deepEqual(Buffer.from(decompressSync(codec, compressSync(codec, payload))), payload)
        const compressed = await threadPoolCompression.compress(codec, payload)
        assert.deepEqual(Buffer.from(await threadPoolCompression.decompress(codec, compressed)), payload)
      }),
      { numRuns: 60 }
    )
  })

  test(`${name}: a cap of exactly the content passes, one byte less does not`, async () => {
    for (const size of [100, 70_000, 3 * mebibyte]) {
      const compressed = compressSync(codec, Buffer.alloc(size, 'river '))
      assert.equal(decompressSync(codec, compressed, { maxBytes: size }).length, size)
      assert.equal(
        (await threadPoolCompression.decompress(codec, compressed, { maxBytes: size })).length,
        size
      )
      const tooSmall = { maxBytes: size - 1 }
      assert.throws(() => decompressSync(codec, compressed, tooSmall), failsWith('MESSAGE_TOO_LARGE'))
      const pooled = threadPoolCompression.decompress(codec, compressed, tooSmall)
      await assert.rejects(pooled, failsWith('MESSAGE_TOO_LARGE'))
    }
  })

  test(`${name}: damaged input fails as corrupt or gives other bytes, and never crashes`, async () => {
    const payload = Buffer.from(Array.from({ length: 400 }, (_, index) => `event ${index % 17} `).join(''))
    const compressed = compressSync(codec, payload)
    await fc.assert(
      fc.asyncProperty(fc.nat(compressed.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const damaged = Buffer.from(compressed)
        damaged[at]! ^= flip
        await onlyTypedFailures(codec, damaged)
      }),
      { numRuns: 300 }
    )
  })

  test(`${name}: cut off or random input fails as corrupt`, async () => {
    const compressed = compressSync(codec, Buffer.alloc(5000, 'abcdefg'))
    for (let length = 0; length < compressed.length; length += 3) {
      // A bare length of zero is a whole snappy block, and a cut between two framed blocks cannot be seen.
      if (name === 'snappy' && length === 16) continue
      const cut = compressed.subarray(0, length)
      assert.throws(() => decompressSync(codec, cut), failsWith('CORRUPT_MESSAGE'), `${length} bytes`)
    }
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), (bytes) => onlyTypedFailures(codec, bytes))
    )
  })
}

async function onlyTypedFailures(codec: number, bytes: Uint8Array): Promise<void> {
  for (const compression of [inPlaceCompression, threadPoolCompression]) {
    try {
      const output = await compression.decompress(codec, bytes, { maxBytes: mebibyte })
      assert.ok(output.length <= mebibyte)
    } catch (error) {
      assert.ok(error instanceof CompressionError, String(error))
    }
  }
}

test('a codec that nobody knows is refused with its own code', async () => {
  assert.throws(() => compressSync(5, Buffer.alloc(1)), failsWith('UNSUPPORTED_COMPRESSION_TYPE'))
  const answer = threadPoolCompression.decompress(7, Buffer.alloc(1))
  await assert.rejects(answer, failsWith('UNSUPPORTED_COMPRESSION_TYPE'))
})

test('no compression hands out the input itself', async () => {
  const bytes = Buffer.from('as it is')
  assert.equal(await threadPoolCompression.compress(none, bytes), bytes)
  assert.equal(await threadPoolCompression.decompress(none, bytes), bytes)
})

test('bombs stop at the cap and leave the memory alone', async () => {
  const zeros = Buffer.alloc(64 * mebibyte)
  for (const name of names) {
    const bomb = compressSync(realCodecs[name], zeros)
    const before = process.memoryUsage().rss
    const answer = threadPoolCompression.decompress(realCodecs[name], bomb, { maxBytes: 4 * mebibyte })
    await assert.rejects(answer, failsWith('MESSAGE_TOO_LARGE'), name)
    const grown = process.memoryUsage().rss - before
    assert.ok(grown < 32 * mebibyte, `${name}: ${bomb.length} bytes took ${grown}`)
  }
})

test('the TypeScript codecs and the native ones read each other', () => {
  fc.assert(
    fc.property(payloads, (payload) => {
      for (const [codec, ours] of [
        [CompressionCodec.snappy, snappyInTypeScript],
        [CompressionCodec.lz4, lz4InTypeScript]
      ] as const) {
        const limits = { maxBytes: 64 * mebibyte }
        const deflated = ours.compressSync(payload)
        assert.deepEqual(Buffer.from(decompressSync(codec, deflated, limits)), payload)
        const native = compressSync(codec, payload)
        assert.deepEqual(Buffer.from(ours.decompressSync(native, limits.maxBytes)), payload)
      }
    }),
    { numRuns: 60 }
  )
})

test('the TypeScript codecs and the native ones agree on damaged input', () => {
  const payload = Buffer.from(Array.from({ length: 300 }, (_, index) => `order ${index} `).join(''))
  for (const [codec, ours] of [
    [CompressionCodec.snappy, snappyInTypeScript],
    [CompressionCodec.lz4, lz4InTypeScript]
  ] as const) {
    const compressed = compressSync(codec, payload)
    fc.assert(
      fc.property(fc.nat(compressed.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const damaged = Buffer.from(compressed)
        damaged[at]! ^= flip
        const outcomes = [
          outcomeOf(() => decompressSync(codec, damaged)),
          outcomeOf(() => ours.decompressSync(damaged, 64 * mebibyte))
        ]
        assert.deepEqual(outcomes[0], outcomes[1])
      }),
      { numRuns: 1000 }
    )
  }
})

function outcomeOf(inflate: () => Uint8Array): string {
  try {
    return Buffer.from(inflate()).toString('hex')
  } catch (error) {
    assert.ok(error instanceof CompressionError, String(error))
    return error.code
  }
}

test('snappy without the framing is read as well', async () => {
  const payload = Buffer.alloc(50_000, 'no frame around it ')
  const bare = nativeSnappy()!.compressSync(payload)
  assert.deepEqual(Buffer.from(decompressSync(CompressionCodec.snappy, bare)), payload)
  assert.deepEqual(Buffer.from(await threadPoolCompression.decompress(2, deflateBlock(payload))), payload)
})

test('several zstd frames in a row count as one payload, skippable ones as nothing', async () => {
  const frame = zlib.zstdCompressSync(Buffer.alloc(10_000, 'frame '))
  const skippable = Buffer.from('532a4d1803000000616263', 'hex')
  const three = Buffer.concat([frame, skippable, frame, frame])
  assert.equal(decompressSync(CompressionCodec.zstd, three).length, 30_000)
  assert.equal((await threadPoolCompression.decompress(CompressionCodec.zstd, three)).length, 30_000)
  const tooSmall = { maxBytes: 29_999 }
  assert.throws(() => decompressSync(4, three, tooSmall), failsWith('MESSAGE_TOO_LARGE'))
})

test('floods of tiny frames and blocks are refused before the first is inflated', () => {
  const frames = Buffer.concat(Array<Uint8Array>(2000).fill(zlib.zstdCompressSync(Buffer.alloc(0))))
  assert.throws(() => decompressSync(CompressionCodec.zstd, frames), failsWith('CORRUPT_MESSAGE'))
  const header = compressSync(CompressionCodec.snappy, Buffer.alloc(0))
  const blocks = Buffer.alloc(20_000 * 5, Buffer.of(0, 0, 0, 1, 0))
  const framed = Buffer.concat([header, blocks])
  assert.throws(() => decompressSync(CompressionCodec.snappy, framed), failsWith('CORRUPT_MESSAGE'))
})

test('zstd frames of every header form are found whole', () => {
  const { ZSTD_c_checksumFlag, ZSTD_c_contentSizeFlag } = zlib.constants
  for (const size of [0, 1, 200, 300, 70_000, 300_000]) {
    for (const [checksum, contentSize] of [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1]
    ] as const) {
      const params = { [ZSTD_c_checksumFlag]: checksum, [ZSTD_c_contentSizeFlag]: contentSize }
      const payload = Buffer.alloc(size, 'some content ')
      const frame = zlib.zstdCompressSync(payload, { params, pledgedSrcSize: size })
      assert.deepEqual(Buffer.from(decompressSync(CompressionCodec.zstd, frame)), payload)
      for (const missing of [1, 3, 4]) {
        const cut = frame.subarray(0, frame.length - missing)
        assert.throws(() => decompressSync(CompressionCodec.zstd, cut), failsWith('CORRUPT_MESSAGE'))
      }
    }
  }
})

test('lz4 checksums of blocks and content are compared where the frame has them', () => {
  const payload = Buffer.alloc(3000, 'checked ')
  const frame = Buffer.from(nativeLz4Frame(payload))
  assert.deepEqual(Buffer.from(lz4InTypeScript.decompressSync(frame, mebibyte)), payload)
  const damaged = Buffer.from(frame)
  damaged[damaged.length - 1]! ^= 1
  assert.throws(() => lz4InTypeScript.decompressSync(damaged, mebibyte), failsWith('CORRUPT_MESSAGE'))
  assert.throws(() => decompressSync(CompressionCodec.lz4, damaged), failsWith('CORRUPT_MESSAGE'))
})

function nativeLz4Frame(payload: Uint8Array): Uint8Array {
  const native = nativeLz4() as unknown as {
    compressFrameSync(
      bytes: Uint8Array,
      options: { readonly contentChecksum: boolean; readonly blockChecksums: boolean }
    ): Buffer
  }
  return native.compressFrameSync(payload, { contentChecksum: true, blockChecksums: true })
}

test('xxHash32 has the published checksums', () => {
  assert.equal(xxhash32(Buffer.alloc(0)), 0x02cc5d05)
  assert.equal(xxhash32(Buffer.from('a')), 0x550d7456)
  assert.equal(xxhash32(Buffer.from('abc')), 0x32d153ff)
  assert.equal(xxhash32(Buffer.from('Nobody inspects the spammish repetition')), 0xe2293b2f)
})
