/**
 * Memory that begins at a page, as direct writes need it. Node has no call for that; the memory of WebAssembly is mapped
 * page by page in every version of V8. Should that ever change, direct writes fail with EINVAL, which their callers
 * take as "not here".
 */

/** The part of the interface that is used; Node's types leave it to those of browsers. */
declare const WebAssembly: {
  readonly Memory: new (pages: { readonly initial: number; readonly maximum: number }) => {
    readonly buffer: ArrayBuffer
  }
}

const wasmPageBytes = 65_536

/** So many bytes from the beginning of a page. They are zero, and take no memory before they are used. */
export function pageAlignedMemory(bytes: number): Buffer {
  const pages = Math.ceil(bytes / wasmPageBytes)
  const { buffer } = new WebAssembly.Memory({ initial: pages, maximum: pages })
  return Buffer.from(buffer, 0, bytes)
}
