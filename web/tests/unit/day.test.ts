// Days: reading what people type, moving without a time zone, words.
// Why: a day off by one changes every figure on the page.
// It does not test the knob; the journeys do.
import { describe, expect, it } from 'vitest'
import {
  addDays, addMonths, clampDay, daysBetween, dayWords, isDay, readDay, spanWords,
} from '../../src/day'

describe('day', () => {
  it('reads the ways people write a day, and refuses the rest', () => {
    for (const text of ['2012-9-18', '2012-09-18', '2012年9月18日', '20120918', ' 2012.9.18 ', '2012/9/18']) {
      expect(readDay(text)).toBe('2012-09-18')
    }
    for (const text of ['', '9月18日', '2012-02-30', '2012-13-01', '明天', '2012-9-18-1']) {
      expect(readDay(text)).toBeNull()
    }
  })
  it('knows a day from a string that looks like one', () => {
    expect(isDay('2012-02-29')).toBe(true)
    expect(isDay('2011-02-29')).toBe(false)
  })
  it('moves by days and months', () => {
    expect(addDays('2012-02-28', 1)).toBe('2012-02-29')
    expect(addDays('2012-01-01', -1)).toBe('2011-12-31')
    expect(addMonths('2012-10-31', -1)).toBe('2012-09-30')
    expect(addMonths('2012-12-31', 2)).toBe('2013-02-28')
    expect(daysBetween('2012-04-01', '2012-12-31')).toBe(274)
  })
  it('stays inside the term', () => {
    expect(clampDay('2012-03-01', '2012-04-01', '2012-12-31')).toBe('2012-04-01')
    expect(clampDay('2013-01-08', '2012-04-01', '2012-12-31')).toBe('2012-12-31')
  })
  it('says days and spans in the fewest words', () => {
    expect(dayWords('2012-09-18')).toBe('2012年9月18日')
    expect(spanWords('2012-08-01', '2012-08-31')).toBe('2012年8月')
    expect(spanWords('2012-07-01', '2012-08-31')).toBe('2012年7月至8月')
    expect(spanWords('2012-01-01', '2012-12-31')).toBe('2012年')
    expect(spanWords('2012-04-05', '2012-12-31')).toBe('2012年4月5日至12月31日')
    expect(spanWords('2012-12-05', '2013-01-08')).toBe('2012年12月5日至2013年1月8日')
  })
})
