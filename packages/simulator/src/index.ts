export * from './checker/index.ts'
export * from './fault-counts.ts'
export { DiskImage, sectorBytes } from './disk-image.ts'
export {
  FaultyDisk,
  type DiskCall,
  type DiskFault,
  type DiskRead,
  type FaultyDiskOptions,
  type ReadFault
} from './faulty-disk.ts'
export { Scheduler } from './scheduler.ts'
export { SeededRandom } from './seeded-random.ts'
export * from './virtual-network.ts'
export { VirtualProcess, WallClock } from './virtual-process.ts'
