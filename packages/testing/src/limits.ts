/** Every bound of the test kit, with its unit and what happens when it is reached. */

/** How long a stop waits for clients to take their answers, in real time; then they are cut off. */
export const CLOSE_MS_MAX = 1_000
/** How long `waitForRecords` waits unless it is told otherwise; then it fails. */
export const RECORDS_WAIT_MS = 10_000
/** How often `waitForRecords` looks. */
export const RECORDS_POLL_MS = 5
/** How long a restart waits for its port when another process has it; then it fails. */
export const PORT_WAIT_MS_MAX = 5_000
/** How often it tries. */
export const PORT_RETRY_MS = 50
