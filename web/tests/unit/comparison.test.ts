// What another reading changes, in a sentence and in rows.
// Why: the sentence is what a chair reads aloud; a hidden count must not slip out of it.
// It does not test the page that shows them.
import { describe, expect, it } from 'vitest'
import type { Counts } from '../../src/api'
import { changeRows, changeSentence } from '../../src/clause/comparison'

const none: Counts = { not_due: 0, due: 0, met: 0, late: 0, missing: 0, exempt: 0, cancelled: 0 }

describe('comparison', () => {
  const official: Counts = { ...none, met: 20, missing: 4 }
  it('says what becomes more and what becomes fewer', () => {
    const other: Counts = { ...none, met: 8, missing: 7, due: 9 }
    expect(changeSentence({ official, appear: 9, vanish: 0 }, other)).toBe(
      '换成这种理解：少 12 项完成，多 9 项进行中，多 3 项还差，新增 9 项任务。')
    expect(changeRows(official, other).map((r) => [r.word, r.before, r.after, r.change])).toEqual([
      ['完成', '20', '8', '−12'], ['进行中', '0', '9', '+9'], ['还差', '4', '7', '+3'],
    ])
  })
  it('says so when nothing changes', () => {
    expect(changeSentence({ official, appear: 0, vanish: 0 }, official)).toBe(
      '换成这种理解，这里的结果不变。')
  })
  it('does not subtract a hidden count', () => {
    const other: Counts = { ...official, missing: '<5' }
    expect(changeRows(official, other)[1]?.change).toBe('不显示')
    expect(changeSentence({ official, appear: '<5', vanish: 0 }, other)).toBe(
      '换成这种理解：新增 不到 5 项任务。')
  })
})
