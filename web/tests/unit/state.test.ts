// The state of a sentence follows from its counts, the same everywhere.
// Why here: underline, note and rail rest on this one rule.
// It draws nothing.
import { describe, expect, it } from 'vitest'
import type { Clause, Counts } from '../../src/api'
import { gravest, markOf, stateOf } from '../../src/state'

const none: Counts = { not_due: 0, due: 0, met: 0, late: 0, missing: 0, exempt: 0, cancelled: 0 }

describe('the state of a sentence', () => {
  it('is lacking when anything is missing, whatever else was done', () => {
    expect(stateOf({ ...none, met: 90, missing: 1 })).toBe('lacking')
  })
  it('is late when all is done but some of it late', () => {
    expect(stateOf({ ...none, met: 9, late: 1 })).toBe('late')
  })
  it('is under way while something can still be done', () => {
    expect(stateOf({ ...none, met: 9, not_due: 1 })).toBe('under_way')
  })
  it('is not spoken of when everybody is exempt', () => {
    expect(stateOf({ ...none, exempt: 3 })).toBeNull()
  })
  it('of our own advice is never judged', () => {
    const advice = { origin: 'advice' } as Clause
    expect(markOf(advice, { ...none, missing: 5 })).toBe('advice')
  })
  it('of words that two clauses quote is the gravest, advice last', () => {
    expect(gravest(['advice', 'met', 'late'])).toBe('late')
  })
})
