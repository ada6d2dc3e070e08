// What the scripts that measure and kill print, in the reader's language. The last line, `1 passed, 0 failed`, is the
// same in both, since programs read it.
import { languageOf } from '@naru/base'

export interface Sums {
  readonly accepted: number
  readonly failed: number
  readonly p99Ms: number
  readonly orders: number
}

export interface ScriptTexts {
  readonly defaults: string
  noNumber(option: string, value: string): string
  killedSoFar(done: number, kills: number): string
  killed(victims: string): string
  sums(sums: Sums): string
  readonly problem: string
  readonly allServed: string
  readonly unsettled: string
  coffees(baristas: number, perSecond: string, gain: string | undefined): string
  readonly asynchronous: string
  readonly synchronous: string
  readonly withBaristas: string
  readonly withoutBaristas: string
  taken(accepted: string, failed: string): string
}

const english: ScriptTexts = {
  defaults: 'The options, with their defaults',
  noNumber: (option, value) => `${option} takes a number, not "${value}"`,
  killedSoFar: (done, kills) => `${done} of ${kills} killed`,
  killed: (victims) => `killed: ${victims}`,
  sums: ({ accepted, failed, p99Ms, orders }) =>
    `${accepted} orders accepted, ${failed} refused or unanswered (p99 ${p99Ms} ms), ${orders} in the database`,
  problem: 'FAILED',
  allServed: 'every accepted order was served exactly once; the board equals its rebuild',
  unsettled: 'not everything was served in time',
  coffees: (baristas, perSecond, gain) =>
    `${baristas} baristas: ${perSecond} coffees/s${gain === undefined ? '' : `, x${gain}`}`,
  asynchronous: 'asynchronous ',
  synchronous: 'synchronous  ',
  withBaristas: 'with baristas',
  withoutBaristas: 'without baristas',
  taken: (accepted, failed) => `${accepted} taken ${failed} failed`
}

const korean: ScriptTexts = {
  defaults: '쓸 수 있는 옵션과 기본값',
  noNumber: (option, value) => `${option}에는 숫자를 주세요: "${value}"`,
  killedSoFar: (done, kills) => `${kills}번 중 ${done}번 죽임`,
  killed: (victims) => `죽인 프로세스: ${victims}`,
  sums: ({ accepted, failed, p99Ms, orders }) =>
    `접수한 주문 ${accepted}건, 거절되거나 응답 없는 주문 ${failed}건 (p99 ${p99Ms} ms), 데이터베이스에 있는 주문 ${orders}건`,
  problem: '실패',
  allServed: '접수한 주문은 모두 정확히 한 번씩 나갔고, 현황판은 다시 만든 것과 같습니다',
  unsettled: '시간 안에 처리되지 않은 주문이 있습니다',
  coffees: (baristas, perSecond, gain) =>
    `바리스타 ${baristas}명: 초당 커피 ${perSecond}잔${gain === undefined ? '' : `, ${gain}배`}`,
  // A Korean letter is as wide as two others: both names come to the width of the English ones.
  asynchronous: '비동기       ',
  synchronous: '동기         ',
  withBaristas: '바리스타가 있을 때',
  withoutBaristas: '바리스타가 없을 때',
  taken: (accepted, failed) => `${accepted} 접수 ${failed} 실패`
}

export const scriptTexts: ScriptTexts = languageOf(process.env) === 'ko' ? korean : english
