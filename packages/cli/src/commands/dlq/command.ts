/** `naru dlq`: the dead letters of services. */
import type { Configure } from '../../program.ts'
import { configureList } from './list.ts'
import { configureRedrive } from './redrive.ts'
import { configureShow } from './show.ts'

export const configure: Configure = (command, setting) => {
  const { messages } = setting
  const add = (name: string, description: string, part: Configure): void =>
    part(command.command(name).description(description), setting)
  command.helpCommand(false)
  add('list', messages.text('dlq.list.description'), configureList)
  add('show', messages.text('dlq.show.description'), configureShow)
  add('redrive', messages.text('dlq.redrive.description'), configureRedrive)
}
