/** However a stream is cut into chunks, the frames in it are the same. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { FrameAssembler, type FrameProblem } from './frame-assembler.ts'
import { ReceiveMemory } from './receive-memory.ts'

const LIMITS = { frameBytesMin: 8, frameBytesMax: 1000, memory: new ReceiveMemory() }

function framed(body: Uint8Array): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.byteLength)
  return Buffer.concat([length, body])
}

function drain(assembler: FrameAssembler): (Uint8Array | FrameProblem)[] {
  const found: (Uint8Array | FrameProblem)[] = []
  for (;;) {
    const next = assembler.next()
    if (next === undefined) return found
    found.push(next.kind === 'frame' ? next.bytes : next)
    if (next.kind !== 'frame') return found
  }
}

/** Cuts bytes at the given places, which may repeat and so make empty chunks. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const borders = [0, ...places.map((place) => place % (bytes.byteLength + 1)), bytes.byteLength]
  borders.sort((a, b) => a - b)
  return borders.slice(1).map((end, at) => bytes.subarray(borders[at], end))
}

const body = fc.uint8Array({ minLength: LIMITS.frameBytesMin, maxLength: 60 })

describe('the frame assembler', () => {
  test('gives the same frames for every way to cut the stream, asked after each chunk', () => {
    const streams = fc.tuple(fc.array(body, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 20 }))
    const same = fc.property(streams, ([bodies, places]) => {
      const assembler = new FrameAssembler(LIMITS)
      const found = cut(Buffer.concat(bodies.map(framed)), places).flatMap((chunk) => {
        assembler.push(chunk)
        return drain(assembler)
      })
      assert.deepEqual(
        found.map((frame) => Buffer.from(frame as Uint8Array)),
        bodies.map((bytes) => Buffer.from(bytes))
      )
      assert.equal(assembler.buffered, 0)
    })
    fc.assert(same, { numRuns: 500 })
  })

  test('gives the same frames when bytes go to the places that it names', () => {
    const streams = fc.tuple(fc.array(body, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 20 }))
    const same = fc.property(streams, ([bodies, places]) => {
      const assembler = new FrameAssembler(LIMITS)
      const found = cut(Buffer.concat(bodies.map(framed)), places).flatMap((chunk) => {
        const frames: (Uint8Array | FrameProblem)[] = []
        let rest: Uint8Array = chunk
        while (rest.byteLength > 0) {
          const place = assembler.place()
          const count = Math.min(rest.byteLength, place?.byteLength ?? rest.byteLength)
          if (place === undefined) assembler.push(rest)
          else {
            place.set(rest.subarray(0, count))
            assembler.placed(count)
          }
          rest = rest.subarray(count)
          frames.push(...drain(assembler))
        }
        return frames
      })
      assert.deepEqual(
        found.map((frame) => Buffer.from(frame as Uint8Array)),
        bodies.map((bytes) => Buffer.from(bytes))
      )
      assert.equal(assembler.buffered, 0)
    })
    fc.assert(same, { numRuns: 500 })
  })

  test('names no place for a frame of a length that is not taken', () => {
    const assembler = new FrameAssembler(LIMITS)
    assembler.push(Buffer.from([0, 0, 0xff, 0xff]))
    assert.equal(assembler.place(), undefined)
    assert.deepEqual(assembler.next(), { kind: 'too-large', length: 0xffff })
  })

  test('gives the same frames when it is asked only at the end', () => {
    const streams = fc.tuple(fc.array(body, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 20 }))
    const same = fc.property(streams, ([bodies, places]) => {
      const assembler = new FrameAssembler(LIMITS)
      for (const chunk of cut(Buffer.concat(bodies.map(framed)), places)) assembler.push(chunk)
      assert.deepEqual(
        drain(assembler).map((frame) => Buffer.from(frame as Uint8Array)),
        bodies.map((bytes) => Buffer.from(bytes))
      )
    })
    fc.assert(same, { numRuns: 300 })
  })

  test('copies no frame that lies within one chunk', () => {
    const assembler = new FrameAssembler(LIMITS)
    const chunk = Buffer.concat([framed(Buffer.alloc(10, 'a')), framed(Buffer.alloc(20, 'b'))])
    assembler.push(chunk)
    for (const frame of drain(assembler)) {
      assert.ok(frame instanceof Uint8Array)
      assert.equal(frame.buffer, chunk.buffer)
    }
  })

  test('counts what it keeps of a frame that is not whole', () => {
    const assembler = new FrameAssembler(LIMITS)
    assembler.push(framed(Buffer.alloc(100)).subarray(0, 50))
    assert.equal(assembler.next(), undefined)
    assert.equal(assembler.buffered, 50)
  })

  for (const [kind, length] of [
    ['negative-length', -1],
    ['negative-length', -(2 ** 31)],
    ['too-large', LIMITS.frameBytesMax + 1],
    ['too-large', 2 ** 31 - 1],
    ['too-short', LIMITS.frameBytesMin - 1],
    ['too-short', 0]
  ] as const) {
    test(`tells of the length ${length} as soon as it is there, whatever chunk it comes in`, () => {
      const bytes = Buffer.alloc(4)
      bytes.writeInt32BE(length)
      const assembler = new FrameAssembler(LIMITS)
      for (const byte of bytes.subarray(0, 3)) assembler.push(Buffer.from([byte]))
      assert.equal(assembler.next(), undefined)
      assembler.push(bytes.subarray(3))
      assert.deepEqual(assembler.next(), { kind, length })
    })
  }

  test('takes frames of exactly the limits', () => {
    const assembler = new FrameAssembler(LIMITS)
    const sizes = [LIMITS.frameBytesMin, LIMITS.frameBytesMax]
    for (const size of sizes) assembler.push(framed(Buffer.alloc(size)))
    assert.deepEqual(
      drain(assembler).map((frame) => (frame as Uint8Array).byteLength),
      sizes
    )
  })
})
