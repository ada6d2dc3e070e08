export { FaultyDisk, type DiskCall, type DiskFault, type FaultyDiskOptions } from './faulty-disk.ts'
export { DiskImage, sectorBytes } from './disk-image.ts'
export { SeededRandom } from './seeded-random.ts'
