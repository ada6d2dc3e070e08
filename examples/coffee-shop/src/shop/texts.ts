// What `npm start` says, in the reader's language.
import { languageOf } from '@naru/base'
import { BARISTAS_MAX, PORT_MAX } from './options.ts'
import type { Flag, Refusal } from './refusal.ts'

export interface Facts {
  readonly ms: number
  readonly orders: string
  readonly board: string
  readonly bootstrap: string
  readonly durability: string
  readonly folder: string
  readonly databaseUrl: string
}

export interface Texts {
  readonly starting: string
  readonly failed: string
  refused(refusal: Refusal): string
  readonly help: string
  ready(facts: Facts): readonly string[]
}

const OPTIONS = '--listen HOST:PORT, --data FOLDER, --port PORT, --baristas COUNT, --kafka HOST:PORT'
const ORDER = '{"drink":"latte","customer":"Jimin"}'

/** Passwords are in the folder, not on the screen. */
const withoutPassword = (url: string): string => url.replace(/:[^:@/]*@/, ':…@')

const englishValues: Readonly<Record<Flag, string>> = {
  '--listen': 'HOST:PORT, for example 127.0.0.1:9092',
  '--port': `a whole number from 0 to ${PORT_MAX}`,
  '--baristas': `a whole number from 0 to ${BARISTAS_MAX}`
}

const koreanValues: Readonly<Record<Flag, string>> = {
  '--listen': 'HOST:PORT, 예를 들어 127.0.0.1:9092',
  '--port': `0부터 ${PORT_MAX}까지의 정수`,
  '--baristas': `0부터 ${BARISTAS_MAX}까지의 정수`
}

const english: Texts = {
  starting: 'The coffee shop opens ...',
  failed: 'The coffee shop did not open',
  refused: (refusal) => {
    switch (refusal.kind) {
      case 'port-taken':
        return `port ${refusal.port} is taken: stop who listens there, or choose another with ${refusal.flag}`
      case 'folder-in-use':
        return `another shop is open on ${refusal.folder}: close it, or choose another folder with --data`
      case 'folder-foreign':
        return `${refusal.folder} is not empty and holds no data of the shop: choose an empty folder with --data`
      case 'no-kafka':
        return `no Kafka answers at ${refusal.address}: start it, or correct --kafka (or NARU_BOOTSTRAP)`
      case 'no-postgres':
        return `PostgreSQL at ${withoutPassword(refusal.url)} takes no connection (${refusal.reason}): start it, correct DATABASE_URL, or unset it for the PostgreSQL from npm`
      case 'not-a-folder':
        return `${refusal.folder} is not a folder: choose one with --data`
      case 'folder-not-writable':
        return `${refusal.folder} cannot be written (${refusal.reason}): choose another folder with --data, or change its owner`
      case 'usage':
        return `${refusal.message}\nThe options are ${OPTIONS}.`
      case 'wrong-value':
        return `${refusal.flag} takes ${englishValues[refusal.flag]}, not "${refusal.value}"`
    }
  },
  help: `npm start -- [OPTIONS]\nThe options are ${OPTIONS}. More: README.md`,
  ready: ({ ms, orders, board, bootstrap, durability, folder, databaseUrl }) => [
    `The coffee shop is open (${ms} ms).`,
    '',
    `  page        ${orders}`,
    `  pick-up     ${board}/board`,
    `  broker      ${bootstrap} (Kafka protocol, ${durability})`,
    `  PostgreSQL  ${withoutPassword(databaseUrl)}, one database per service`,
    `  data        ${folder}`,
    '',
    'Try:',
    '  open the page, order a coffee, stop the baristas, order more, let the baristas come back',
    `  curl -i ${orders}/orders -H 'content-type: application/json' -d '${ORDER}'`,
    `  npx naru consume coffees --from earliest --bootstrap ${bootstrap}`,
    '  kill -9 any process that `pgrep -af naru:` lists but naru:shop, which holds them all:\n    no order is lost, no coffee is made twice',
    '',
    'Ctrl-C closes the shop. More: docs/guide/en'
  ]
}

const korean: Texts = {
  starting: '커피숍 문을 여는 중 ...',
  failed: '커피숍 문을 열지 못했습니다',
  refused: (refusal) => {
    switch (refusal.kind) {
      case 'port-taken':
        return `${refusal.port} 포트를 이미 다른 프로그램이 쓰고 있습니다. 그 프로그램을 멈추거나 ${refusal.flag} 옵션으로 다른 포트를 고르세요`
      case 'folder-in-use':
        return `이미 다른 커피숍이 쓰고 있는 폴더입니다: ${refusal.folder}. 그 커피숍을 닫거나 --data 옵션으로 다른 폴더를 고르세요`
      case 'folder-foreign':
        return `비어 있지 않고 커피숍의 데이터도 아닌 폴더입니다: ${refusal.folder}. --data 옵션으로 빈 폴더를 고르세요`
      case 'no-kafka':
        return `${refusal.address}에서 응답하는 Kafka가 없습니다. Kafka를 실행하거나 --kafka 옵션(또는 NARU_BOOTSTRAP)의 주소를 확인하세요`
      case 'no-postgres':
        return `PostgreSQL(${withoutPassword(refusal.url)})에 연결할 수 없습니다(${refusal.reason}). PostgreSQL을 실행하거나 DATABASE_URL을 확인하세요. DATABASE_URL을 지우면 npm으로 설치된 PostgreSQL을 씁니다`
      case 'not-a-folder':
        return `폴더가 아닙니다: ${refusal.folder}. --data 옵션으로 폴더를 고르세요`
      case 'folder-not-writable':
        return `쓸 수 없는 폴더입니다: ${refusal.folder} (${refusal.reason}). --data 옵션으로 다른 폴더를 고르거나 소유자를 바꾸세요`
      case 'usage':
        return `${koreanUsage(refusal.message)}\n쓸 수 있는 옵션: ${OPTIONS}`
      case 'wrong-value':
        return `${refusal.flag}에 쓸 수 없는 값입니다: "${refusal.value}" (가능한 값: ${koreanValues[refusal.flag]})`
    }
  },
  help: `npm start -- [옵션]\n쓸 수 있는 옵션: ${OPTIONS}. 더 읽기: README.ko.md`,
  ready: ({ ms, orders, board, bootstrap, durability, folder, databaseUrl }) => [
    `커피숍이 열렸습니다 (${ms} ms).`,
    '',
    `  페이지      ${orders}`,
    `  픽업 현황판 ${board}/board`,
    `  브로커      ${bootstrap} (Kafka 프로토콜, ${durability})`,
    `  PostgreSQL  ${withoutPassword(databaseUrl)}, 서비스마다 데이터베이스 하나`,
    `  데이터      ${folder}`,
    '',
    '해 보기:',
    '  페이지를 열어 커피를 주문하고, 바리스타를 멈추고, 더 주문하고, 바리스타를 다시 불러 보세요',
    `  curl -i ${orders}/orders -H 'content-type: application/json' -d '${ORDER}'`,
    `  npx naru consume coffees --from earliest --bootstrap ${bootstrap}`,
    '  `pgrep -af naru:`에 보이는 프로세스를 kill -9 해 보세요(모두를 돌보는 naru:shop만 빼고).\n    주문은 사라지지 않고, 커피가 두 번 만들어지지도 않습니다',
    '',
    'Ctrl-C를 누르면 문을 닫습니다. 더 읽기: docs/guide/ko'
  ]
}

export function textsFor(env: Readonly<Record<string, string | undefined>>): Texts {
  return languageOf(env) === 'ko' ? korean : english
}

/** What Node finds wrong with a command line, which it tells in English. */
function koreanUsage(message: string): string {
  const name = /'([^']+)'/.exec(message)?.[1] ?? ''
  if (message.startsWith('Unknown option')) return `없는 옵션입니다: ${name}`
  if (message.startsWith('Unexpected argument')) return `여기에 쓸 수 없는 말입니다: ${name}`
  if (/argument (missing|is ambiguous)/.test(message))
    return `값이 필요한 옵션입니다: ${name.replace(/ <.*$/, '')}`
  return message
}
