/** Every fault that the simulation can inject, every failpoint of the storage, and what clients do: none may never occur. */
import { networkFaultNames } from '@naru/simulator'
import { FAILPOINTS } from '@naru/storage'

export const faultNames: readonly string[] = [
  ...networkFaultNames,
  ...FAILPOINTS.map((name) => `failpoint ${name}`),
  'operation: commit ok',
  'operation: committed-offset',
  'operation: damage',
  'operation: final-read',
  'operation: send failed',
  'operation: send indeterminate',
  'operation: send ok',
  'operation: setting altered',
  'operation: topic-deletion ok',
  'operation: trim ok',
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
