/** What grows here, and where it ends. */

/** Connections that an embedded PostgreSQL takes; the next one is refused by it. */
export const POSTGRES_CONNECTIONS_MAX = 300

/** Processes of one name that the supervisor keeps; more are refused. */
export const INSTANCES_MAX = 32

/** Characters of one line of a process's output; what is longer is cut into several. */
export const LINE_CHARACTERS_MAX = 16_384

/** Lines of the past that the status shows per process. */
export const LAST_LINES_MAX = 20
