// Everything that the page says, in both languages.

export type Language = 'ko' | 'en'

const en = {
  title: 'Coffee shop',
  order: 'Order',
  drink: 'Drink',
  customer: 'Your name',
  submit: 'Order a coffee',
  board: 'Pick-up board',
  customerColumn: 'For',
  status: 'Status',
  processes: 'Processes',
  process: 'Process',
  state: 'State',
  restarts: 'Restarts',
  kill: 'kill -9',
  fewer: 'Send one home',
  more: 'Call one more',
  hint: 'Kill what you like: no order is lost, and no coffee is made twice.',
  empty: 'No orders yet.',
  thanks: 'Thank you! Your order is on the board.',
  refused: 'The order was not taken: {reason}',
  away: 'No answer at the moment. What you see may be old; it goes on by itself.',
  baristas: 'Baristas: {count}',
  killOf: 'kill -9 {name}',
  espresso: 'Espresso',
  americano: 'Americano',
  latte: 'Latte',
  cappuccino: 'Cappuccino',
  mocha: 'Mocha',
  placed: 'waiting',
  brewing: 'in the making',
  ready: 'ready',
  starting: 'starts',
  running: 'runs',
  waiting: 'starts again soon',
  stopping: 'stops',
  stopped: 'stopped'
}

export type TextName = keyof typeof en

const ko: Readonly<Record<TextName, string>> = {
  title: '커피숍',
  order: '주문',
  drink: '음료',
  customer: '이름',
  submit: '커피 주문하기',
  board: '픽업 현황판',
  customerColumn: '손님',
  status: '상태',
  processes: '프로세스',
  process: '프로세스',
  state: '상태',
  restarts: '재시작',
  kill: 'kill -9',
  fewer: '한 명 퇴근',
  more: '한 명 더 부르기',
  hint: '무엇이든 죽여 보세요. 주문은 사라지지 않고, 커피가 두 번 만들어지지도 않습니다.',
  empty: '아직 주문이 없습니다.',
  thanks: '감사합니다! 주문이 현황판에 올라갑니다.',
  refused: '주문을 받지 못했습니다: {reason}',
  away: '지금은 응답이 없습니다. 보이는 내용이 오래되었을 수 있으며, 자동으로 다시 연결됩니다.',
  baristas: '바리스타: {count}명',
  killOf: '{name} kill -9',
  espresso: '에스프레소',
  americano: '아메리카노',
  latte: '라테',
  cappuccino: '카푸치노',
  mocha: '모카',
  placed: '대기 중',
  brewing: '만드는 중',
  ready: '준비 완료',
  starting: '시작하는 중',
  running: '실행 중',
  waiting: '곧 다시 시작',
  stopping: '멈추는 중',
  stopped: '멈춤'
}

const texts: Readonly<Record<Language, Readonly<Record<TextName, string>>>> = { ko, en }

export function textOf(
  language: Language,
  name: TextName,
  values: Readonly<Record<string, string>> = {}
): string {
  return texts[language][name].replace(/\{(\w+)\}/g, (_match, value: string) => values[value] ?? '')
}

export function isTextName(name: string): name is TextName {
  return name in en
}
