/** One attacker: connects, sends until it is thrown out, and connects again. */
import { connect, type Socket } from 'node:net'

export interface AttackOptions {
  readonly address: { readonly host: string; readonly port: number }
  readonly deadlineMs: number
  readonly next: () => Buffer
  readonly onConnection: () => void
  readonly onFrame: () => void
}

const FRAMES_PER_CONNECTION_MAX = 50
const SEND_WAIT_MS = 50

export async function attack(options: AttackOptions): Promise<void> {
  while (performance.now() < options.deadlineMs) {
    options.onConnection()
    await bombard(options)
  }
}

async function bombard(options: AttackOptions): Promise<void> {
  const socket = connect(options.address)
  let open = true
  socket.on('error', () => (open = false))
  socket.on('close', () => (open = false))
  socket.resume()
  for (
    let sent = 0;
    open && sent < FRAMES_PER_CONNECTION_MAX && performance.now() < options.deadlineMs;
    sent++
  ) {
    options.onFrame()
    await send(socket, options.next())
  }
  socket.destroy()
}

/** A broker that waits for the rest of a frame does not answer: the attacker goes on after a while. */
function send(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, SEND_WAIT_MS)
    function done(): void {
      clearTimeout(timer)
      socket.off('data', done)
      socket.off('close', done)
      resolve()
    }
    socket.once('data', done)
    socket.once('close', done)
    socket.write(bytes)
  })
}
