// States: which word a sentence gets from its counts, and how counts become a figure.
// Why: underline, note and rail all rest on this one rule.
// It does not test colours; the pictures show them.
import { describe, expect, it } from 'vitest'
import type { Clause, Counts } from '../../src/api'
import {
  amountWords, cellWords, figureOf, flagWords, gravest, markOf, noteWord, speaks, stateOf, tally, thousands,
} from '../../src/state'

const none: Counts = { not_due: 0, due: 0, met: 0, late: 0, missing: 0, exempt: 0, cancelled: 0 }
const counts = (some: Partial<Counts>): Counts => ({ ...none, ...some })
const clause = (some: Partial<Clause>): Clause => ({
  id: 'C035', title: '', kind: 'duty', origin: 'text', block: 3, ...some,
})

describe('state', () => {
  it('is the gravest thing that is true', () => {
    expect(stateOf(counts({ missing: 1, late: 2, due: 3, met: 4 }))).toBe('lacking')
    expect(stateOf(counts({ late: 2, due: 3, met: 4 }))).toBe('late')
    expect(stateOf(counts({ due: 3, met: 4 }))).toBe('under_way')
    expect(stateOf(counts({ not_due: 1 }))).toBe('under_way')
    expect(stateOf(counts({ met: 4, exempt: 2 }))).toBe('met')
  })
  it('says nothing where nothing is owed', () => {
    expect(stateOf(none)).toBeNull()
    expect(stateOf(counts({ exempt: 3, cancelled: 1 }))).toBeNull()
    expect(stateOf(undefined)).toBeNull()
  })
  it('never judges advice', () => {
    const advice = clause({ origin: 'advice' })
    expect(markOf(advice, counts({ missing: 9 }))).toBe('advice')
    expect(tally([advice], { C035: counts({ missing: 9 }) }).lacking).toBe(0)
  })
  it('lets a judged clause speak before advice on the same words', () => {
    expect(gravest(['advice', 'met', 'late'])).toBe('late')
    expect(gravest(['advice', null])).toBe('advice')
    expect(gravest([null])).toBeNull()
    expect(gravest([])).toBeNull()
  })
})

describe('figure', () => {
  it('keeps the words of the server', () => {
    expect(figureOf(counts({ met: 8, figure: '8/10' }))).toBe('8 / 10')
  })
  it('else says done of owed and what is lacking, small counts as given', () => {
    expect(figureOf(counts({ met: 1100, late: 20, missing: 3 }))).toBe('1,120 / 1,123 · 还差 3')
    expect(figureOf(counts({ not_due: 2 }))).toBe('0 / 2')
    expect(figureOf(counts({ exempt: 2 }))).toBe('2')
    expect(figureOf(none)).toBe('')
  })
  it('stands under a plain word where there is no state, and is silent where there is nothing', () => {
    expect(noteWord(null, counts({ figure: '0' }))).toBe('数出')
    expect(noteWord(null, counts({ exempt: 2 }))).toBe('不计')
    expect(noteWord('met', counts({ met: 2 }))).toBe('完成')
    expect([speaks(clause({}), none), speaks(clause({}), counts({ exempt: 2 }))]).toEqual([false, true])
    expect(speaks(clause({ origin: 'advice' }), none)).toBe(true)
  })
  it('says of a hidden count that it is under five, and hides no state', () => {
    const few = counts({ met: 20, missing: '<5' })
    expect(figureOf(few)).toBe('20 / 20 多 · 还差 不到 5')
    expect(stateOf(few)).toBe('lacking')
    expect([cellWords('<5'), cellWords('<5', 30), cellWords(2, 3)]).toEqual(['不到 5', '30 多', '5'])
  })
  it('says an amount part by part, and remarks in words', () => {
    expect(amountWords({ value: '1', target: '2' })).toBe('1 / 2')
    expect(amountWords({ value: '甲=1;乙=0', target: '甲>=1;乙>=1' })).toBe('甲 1 / 1，乙 0 / 1')
    expect(flagWords(['waits', 'unknown'])).toEqual(['等上一步'])
  })
  it('groups thousands', () => {
    expect([999, 1000, 1234567].map(thousands)).toEqual(['999', '1,000', '1,234,567'])
  })
})
