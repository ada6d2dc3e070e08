/** The option of commands that read a data folder on which no broker runs. */
import { Option } from 'commander'
import type { Messages } from '../i18n/messages.ts'

export function dataOption(messages: Messages): Option {
  return new Option('--data <folder>', messages.text('doctor.option.data'))
    .env('NARU_DATA')
    .default('./naru-data')
}
