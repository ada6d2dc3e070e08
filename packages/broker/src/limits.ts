/** Every bound of the broker in one place, with its unit and what happens when it is reached. */

/** Requests of one connection that wait or run; beyond it the socket is paused. */
export const REQUESTS_PER_CONNECTION_MAX = 64
/** Bytes of requests received and not yet answered, over all connections; beyond it sockets are paused. */
export const REQUEST_BYTES_IN_FLIGHT_MAX = 256 * 1024 ** 2
/** Bytes that one connection may have unsent before its next request has to wait. */
export const UNSENT_BYTES_SOFT_MAX = 1024 ** 2
/**
 * Bytes of frames that have begun and are not complete, over all connections; beyond it the connection whose frame
 * has begun first is closed.
 */
export const FRAME_BYTES_BEGUN_MAX = 256 * 1024 ** 2
/** Frames up to this size get their memory when their length is known; larger ones as their bytes arrive. */
export const PLACED_FRAME_BYTES_MAX = 8 * 1024 ** 2
/** Frames from this size on are received in memory that is used again; what a smaller one costs the collector is little. */
export const REUSED_FRAME_BYTES_MIN = 16 * 1024
/** Receive memory that waits to be used again; beyond it all of it is left to the collector. */
export const RECEIVE_MEMORY_IDLE_BYTES_MAX = 32 * 1024 ** 2
/** What one received chunk takes beside its bytes: frames may come byte by byte. */
export const CHUNK_BYTES_OVERHEAD = 512
/**
 * Milliseconds that a connection may go without an answer while requests of all connections are at their bound; then
 * the one that holds most of them is closed.
 */
export const STUCK_MS_MAX = 5_000
/** A frame that has begun and is not complete after this many milliseconds closes its connection. */
export const FRAME_MS_MAX = 30_000
/** Connections at once; further ones are closed at once. */
export const CONNECTIONS_MAX = 15_000
/** Partitions in one fetch session; a larger fetch gets no session, and a session that outgrows it ends. */
export const FETCH_SESSION_PARTITIONS_MAX = 100_000
/** Partitions in all fetch sessions together; a fetch beyond gets no session, a session that grows beyond ends. */
export const FETCH_SESSIONS_PARTITIONS_MAX = 400_000
/** Resources whose settings one request may ask for; the ones beyond are refused with INVALID_REQUEST. */
export const CONFIG_RESOURCES_MAX = 2_000
/** Bytes of one setting, however it grew; no longer one could be described again. More is INVALID_CONFIG. */
export const CONFIG_VALUE_BYTES_MAX = 0x7fff
/** Producers that one answer of DescribeProducers holds; partitions beyond it are refused with INVALID_REQUEST. */
export const PRODUCERS_DESCRIBED_MAX = 200_000
/** Topics that one broker keeps; creating more is refused with POLICY_VIOLATION. */
export const TOPICS_MAX = 50_000
/** Partitions that one broker keeps; creating more is refused with POLICY_VIOLATION. */
export const PARTITIONS_MAX = 200_000
/** Topics of one request that share a change of the metadata; the next ones wait for it. */
export const TOPICS_PER_CHANGE_MAX = 500
/** Producer ids that are reserved with one metadata record (Kafka's ProducerIdsBlock). */
export const PRODUCER_ID_BLOCK = 1000
/**
 * Array elements of one request; one with more closes its connection. A request that names every topic and partition
 * there may be has fewer, and each costs about a microsecond or more in which nobody else is served.
 */
export const REQUEST_ELEMENTS_MAX = 300_000
/** Bytes of the request header that are looked at before the API is known. */
export const REQUEST_HEADER_BYTES_MIN = 8
/** Bytes that all connections together may have unsent before fetch answers get small. */
export const SEND_BYTES_MAX = 256 * 1024 ** 2
/** Bytes that all connections may have unsent at all; beyond it the one that has not taken its for longest is closed. */
export const SEND_BYTES_HARD_MAX = 512 * 1024 ** 2
/** What a fetch may always take, so that every consumer gets on however many there are. */
export const FETCH_BYTES_MIN = 256 * 1024
