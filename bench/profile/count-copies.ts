// Loaded into a Node process before everything else (`--import`): counts the bytes that JavaScript copies between
// buffers, the buffers that it allocates, and the collector's runs, and writes the sums so far to a file at each SIGUSR2.
// What the kernel copies, and what native code copies on its own, is not seen.
import { renameSync, writeFileSync } from 'node:fs'
import { PerformanceObserver, constants } from 'node:perf_hooks'

const counts = {
  copies: 0,
  copiedBytes: 0,
  allocations: 0,
  allocatedBytes: 0,
  /** Of young objects, and of everything else: marking steps and whole cycles. */
  minorCollections: 0,
  majorCollections: 0,
  minorMs: 0,
  majorMs: 0
}

/** Header fields and numbers are written byte by byte everywhere; a copy is what moves more than that. */
const copyBytesMin = 1_024

function copied(bytes: number): void {
  if (bytes < copyBytesMin) return
  counts.copies++
  counts.copiedBytes += bytes
}

function allocated(bytes: number): void {
  if (bytes < copyBytesMin) return
  counts.allocations++
  counts.allocatedBytes += bytes
}

type Method = (...args: never[]) => unknown

/** Puts `count` in front of a method; it gets the object and the arguments. */
function watch(target: object, name: string, count: (self: unknown, args: readonly unknown[]) => void): void {
  const original = Reflect.get(target, name) as Method
  const watched = function (this: unknown, ...args: never[]): unknown {
    count(this, args)
    return Reflect.apply(original, this, args)
  }
  Object.defineProperty(target, name, { value: watched, writable: true, configurable: true })
}

const bytesOf = (value: unknown): number => (ArrayBuffer.isView(value) ? value.byteLength : 0)
const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object

watch(typedArray, 'set', (_self, [source]) => copied(bytesOf(source)))
watch(typedArray, 'slice', (self, [start = 0, end]) => {
  const last = typeof end === 'number' ? end : bytesOf(self)
  copied(Math.max(0, last - Number(start)))
})
watch(Buffer.prototype as object, 'copy', (self, [target, at = 0]) =>
  copied(Math.min(bytesOf(self), Math.max(0, bytesOf(target) - Number(at))))
)
watch(Buffer, 'concat', (_self, [list]) => {
  const bytes = Array.isArray(list) ? list.reduce<number>((sum, one) => sum + bytesOf(one), 0) : 0
  copied(bytes)
  allocated(bytes)
})
watch(Buffer, 'from', (_self, [source]) => {
  copied(bytesOf(source))
  allocated(bytesOf(source))
})
for (const name of ['alloc', 'allocUnsafe', 'allocUnsafeSlow'])
  watch(Buffer, name, (_self, [bytes]) => allocated(Number(bytes)))

new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    const { duration } = entry
    const { kind } = (entry as unknown as { readonly detail: { readonly kind: number } }).detail
    if (kind === constants.NODE_PERFORMANCE_GC_MINOR) {
      counts.minorCollections++
      counts.minorMs += duration
    } else {
      counts.majorCollections++
      counts.majorMs += duration
    }
  }
}).observe({ entryTypes: ['gc'] })

const file = process.env['NARU_BENCH_REPORT']
let reports = 0
process.on('SIGUSR2', () => {
  // Whoever asked waits for the number of the report, which comes by a rename, so that half of one is never read.
  if (file === undefined) return
  writeFileSync(`${file}.new`, JSON.stringify({ ...counts, report: ++reports }))
  renameSync(`${file}.new`, file)
})
