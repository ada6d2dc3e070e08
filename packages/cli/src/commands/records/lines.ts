/** Splits a stream of bytes into lines without changing a byte: what `produce` sends is what was there. */

const LINE_FEED = 0x0a

/** Lines without their line feed, as many as each chunk completes; the last one needs none. Views stay valid. */
export async function* lineBatches(
  chunks: AsyncIterable<Uint8Array>
): AsyncGenerator<Uint8Array[], void, void> {
  const open: Uint8Array[] = []
  for await (const chunk of chunks) {
    const lines: Uint8Array[] = []
    let start = 0
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      const part = chunk.subarray(start, end)
      lines.push(open.length === 0 ? part : Buffer.concat([...open.splice(0), part]))
      start = end + 1
    }
    if (start < chunk.length) open.push(chunk.subarray(start))
    if (lines.length > 0) yield lines
  }
  if (open.length > 0) yield [Buffer.concat(open)]
}
