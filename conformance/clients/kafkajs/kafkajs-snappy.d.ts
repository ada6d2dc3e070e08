// The plugin ships no types.

declare module 'kafkajs-snappy' {
  export default function codec(): {
    compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>
    decompress(buffer: Buffer): Promise<Buffer>
  }
}
