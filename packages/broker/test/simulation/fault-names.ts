/** Every fault that the simulation can inject, and every failpoint of the storage: each has to be hit now and then. */
import { networkFaultNames } from '@naru/simulator'
import { FAILPOINTS } from '@naru/storage'

export const faultNames: readonly string[] = [
  ...networkFaultNames,
  ...FAILPOINTS.map((name) => `failpoint ${name}`),
  'client-retry',
  'clean-restart',
  'clock-jump',
  'crash-at-failpoint',
  'crash-in-call',
  'disk-bit-flip',
  'disk-full',
  'disk-misdirected-write',
  'disk-no-space',
  'disk-read-error',
  'disk-short-write',
  'disk-sync-error',
  'disk-write-error',
  'kill',
  'nested-kill',
  'nested-power-cut',
  'power-cut',
  'read-damage',
  'start-refused',
  'start-refused-for-damage',
  'stop-after-failure'
]
