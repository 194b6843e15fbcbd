// The laying of the paper, the place in the address, and the loading of answers.
// Why: notes must stand beside their paragraph, links must survive, old answers must not win.
// It does not draw anything.
import { describe, expect, it } from 'vitest'
import { effectScope } from 'vue'
import { Refused, type Paper } from '../../src/api'
import { useLoad } from '../../src/load'
import { endingAt, layPaper, printOrder, textOf } from '../../src/paper/blocks'
import { readPlace, writePlace } from '../../src/place'
import fixture from '../fixtures/paper.json'

const paper = fixture as unknown as Paper

describe('laid paper', () => {
  it('loses no word of the text', () => {
    const top = ['head', 'number', 'title']
    const given = paper.blocks.filter((b) => !top.includes(b.kind)).map(textOf).join('')
    expect(layPaper(paper).body.map((p) => textOf(p.block)).join('')).toBe(given)
  })
  it('puts every placed clause beside the block that quotes it', () => {
    for (const { block, notes } of layPaper(paper).body) {
      for (const note of notes) {
        expect(block.runs.some((run) => run.clauses.includes(note.id))).toBe(true)
      }
    }
  })
  it('draws the spread letters of the title together', () => {
    expect(layPaper(paper).title).toContain('实施方案')
  })
  it('does without a head line, and keeps advice apart', () => {
    const blocks = paper.blocks.map((b) => (b.kind === 'head' ? { ...b, runs: [] } : b))
    expect(layPaper({ ...paper, blocks: blocks.slice(1) }).head).toBeNull()
    expect(layPaper(paper).advice.every((c) => c.origin === 'advice')).toBe(true)
  })
  it('numbers notes for print once each, at the end of their quote', () => {
    const laid = layPaper(paper)
    const order = printOrder(laid, new Set(paper.clauses.map((c) => c.id)))
    expect(new Set(order.values()).size).toBe(order.size)
    const runs = [{ text: '甲', clauses: ['C1'] }, { text: '乙', clauses: ['C1', 'C2'] }]
    const block = { kind: 'paragraph' as const, runs }
    expect([endingAt(block, 0), endingAt(block, 1)]).toEqual([[], ['C1', 'C2']])
  })
})

describe('place', () => {
  it('comes back from the address as it went in', () => {
    const there = { clause: 'C111/下达', org: '371600K01', day: '2012-08-31', reading: ['C111/四月=计入', 'C111=x'] }
    expect(readPlace(writePlace(there))).toEqual(there)
  })
  it('drops what is no name and no day', () => {
    const nowhere = { clause: '', org: '', day: '', reading: [] }
    const bad = '#clause=<img>&org=../../x y&day=2012-02-31&reading=a&reading=<b>=c'
    expect(readPlace(bad)).toEqual(nowhere)
    expect(readPlace('')).toEqual(nowhere)
  })
})

describe('load', () => {
  it('lets the newer question win and says what went wrong', async () => {
    const load = effectScope().run(() => useLoad<string>())!
    let answerOld = (_: string) => {}
    const old = load.ask(() => new Promise((done) => (answerOld = done)))
    await load.ask(() => Promise.resolve('new'))
    answerOld('old')
    await old
    expect(load.value.value).toBe('new')
    await load.ask(() => Promise.reject(new Refused(404)))
    expect([load.trouble.value, load.value.value]).toEqual(['absent', null])
    await load.ask(() => Promise.reject(new TypeError('offline')))
    expect(load.trouble.value).toBe('unreachable')
  })
})
