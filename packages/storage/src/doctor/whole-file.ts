/** Reads small files for the doctor. */
import { errorCode, readFully, type Disk } from '@naru/base'

/** The first so many bytes of a file; undefined when it is missing, shorter, or cannot be read. */
export async function readStart(disk: Disk, path: string, bytes: number): Promise<Buffer | undefined> {
  try {
    const file = await disk.open(path, { mode: 'read' })
    try {
      const content = Buffer.allocUnsafe(bytes)
      return (await readFully(file, content, 0)) === bytes ? content : undefined
    } finally {
      await file.close()
    }
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' && errorCode(error) !== 'EIO') throw error
    return undefined
  }
}

/** The whole file; undefined when it is missing or cannot be read. */
export async function readWhole(disk: Disk, path: string): Promise<Buffer | undefined> {
  try {
    const file = await disk.open(path, { mode: 'read' })
    const bytes = await file.size()
    await file.close()
    return await readStart(disk, path, bytes)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' && errorCode(error) !== 'EIO') throw error
    return undefined
  }
}
