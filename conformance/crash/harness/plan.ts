/** Every long run with its full count: what `all.ts` runs, and what the report compares with. */

export interface PlannedTest {
  /** Of the result file. */
  readonly name: string
  readonly title: string
  /** From the folder of these tests. */
  readonly script: string
  readonly args: readonly string[]
  readonly repetitions: number
}

const KAFKA = ['--broker', 'kafka']
const KAFKA_FLUSH = ['--broker', 'kafka-flush']

export const PLAN: readonly PlannedTest[] = [
  { name: 'kill-naru', title: '`kill -9` under load', script: 'kill.ts', args: [], repetitions: 2000 },
  {
    name: 'power-cut-ext4-naru',
    title: 'power cut, ext4',
    script: 'power-cut.ts',
    args: ['ext4'],
    repetitions: 1000
  },
  {
    name: 'power-cut-xfs-naru',
    title: 'power cut, XFS',
    script: 'power-cut.ts',
    args: ['xfs'],
    repetitions: 1000
  },
  {
    name: 'failing-calls-naru',
    title: 'call N on the disk fails',
    script: 'failing-calls.ts',
    args: [],
    repetitions: 3000
  },
  {
    name: 'disk-full-naru',
    title: 'disk full and freed',
    script: 'disk-full.ts',
    args: [],
    repetitions: 100
  },
  {
    name: 'slow-disk-naru',
    title: 'disk of 2 MiB/s, then power cut',
    script: 'slow-disk.ts',
    args: [],
    repetitions: 20
  },
  {
    name: 'transactions-naru',
    title: '`kill -9` under transactions',
    script: 'transactions.ts',
    args: [],
    repetitions: 1000
  },
  {
    name: 'control-requests-naru',
    title: 'late, repeated and reordered requests of transactional producers',
    script: '../transactions/control-requests.ts',
    args: [],
    repetitions: 2000
  },
  ...['franz-go', 'java'].map((carrier) => ({
    name: `million-${carrier}-naru`,
    title: `\`kill -9\` under a copy of a million records, ${carrier}`,
    script: '../transactions/million.ts',
    args: ['--carrier', carrier],
    repetitions: 50
  })),
  {
    name: 'compaction-kill-naru',
    title: '`kill -9` under compaction',
    script: '../compaction/kill.ts',
    args: [],
    repetitions: 200
  },
  { name: 'pause-naru', title: 'SIGSTOP for 5-60 s', script: 'pause.ts', args: [], repetitions: 20 },
  {
    name: 'clock-jump-naru',
    title: 'jumps of the wall clock',
    script: 'clock-jump.ts',
    args: [],
    repetitions: 200
  },
  { name: 'damage-naru', title: 'one file damaged', script: 'damage.ts', args: [], repetitions: 1000 },
  {
    name: 'big-log-naru',
    title: '`kill -9` with 10 GB of log',
    script: 'big-log.ts',
    args: [],
    repetitions: 20
  },
  { name: 'damage-kafka', title: 'one file damaged', script: 'damage.ts', args: KAFKA, repetitions: 60 },
  { name: 'kill-kafka', title: '`kill -9` under load', script: 'kill.ts', args: KAFKA, repetitions: 20 },
  {
    name: 'power-cut-ext4-kafka',
    title: 'power cut, ext4',
    script: 'power-cut.ts',
    args: ['ext4', ...KAFKA],
    repetitions: 20
  },
  {
    name: 'power-cut-xfs-kafka',
    title: 'power cut, XFS',
    script: 'power-cut.ts',
    args: ['xfs', ...KAFKA],
    repetitions: 20
  },
  {
    name: 'power-cut-ext4-kafka-flush',
    title: 'power cut, ext4',
    script: 'power-cut.ts',
    args: ['ext4', ...KAFKA_FLUSH],
    repetitions: 20
  }
]
