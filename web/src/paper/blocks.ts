// Joins the paper's blocks with its clauses: what stands beside which paragraph, and in which order.
// Why: screen and print must show the same notes at the same places.
// It does not know counts; marks are put on later by `state.ts`.
import type { Block, Clause, Paper } from '../api'

export interface PlacedBlock { block: Block; index: number; notes: Clause[] }
export interface LaidPaper {
  /** Red head; taken from the issuer where the paper has no such line. */
  head: string | null
  number: string
  title: string[]
  body: PlacedBlock[]
  /** Asked, but standing in no sentence. */
  unplaced: Clause[]
  /** Advice that stands in no sentence. */
  advice: Clause[]
}

const TOP = new Set(['head', 'number', 'title'])

export function textOf(block: Block): string {
  return block.runs.map((run) => run.text).join('')
}

/** Lines of the title; letters spread by blanks ("实  施  方  案") are drawn together. */
function titleLines(blocks: Block[]): string[] {
  return blocks
    .filter((b) => b.kind === 'title')
    .flatMap((b) => textOf(b).split('\n'))
    .map((line) => line.replace(/\s+/g, ''))
    .filter(Boolean)
}

function one(blocks: Block[], kind: Block['kind']): string | null {
  const found = blocks.find((b) => b.kind === kind)
  return found ? textOf(found).trim() : null
}

export function layPaper(paper: Paper): LaidPaper {
  const notesOf = (index: number) => paper.clauses.filter((c) => c.block === index)
  const outside = paper.clauses.filter((c) => c.block < 0)
  const body = paper.blocks
    .map((block, index) => ({ block, index, notes: notesOf(index) }))
    .filter((placed) => !TOP.has(placed.block.kind) && textOf(placed.block).trim() !== '')
  return {
    head: one(paper.blocks, 'head'),
    number: one(paper.blocks, 'number') ?? paper.plan.number,
    title: titleLines(paper.blocks),
    body,
    unplaced: outside.filter((c) => c.origin !== 'advice' && c.kind !== 'statement'),
    advice: outside.filter((c) => c.origin === 'advice'),
  }
}

/** Clause id → number of its note in print: in the order of the text, then what stands outside it. */
export function printOrder(laid: LaidPaper, noted: Set<string>): Map<string, number> {
  const inText = laid.body.flatMap((placed) => placed.notes.filter((c) => noted.has(c.id)))
  const printed = [...inText, ...laid.unplaced, ...laid.advice]
  return new Map(printed.map((clause, i) => [clause.id, i + 1]))
}

/** The clauses whose quote ends with this run; only there does print put their number. */
export function endingAt(block: Block, run: number): string[] {
  const later = block.runs.slice(run + 1).flatMap((r) => r.clauses)
  return (block.runs[run]?.clauses ?? []).filter((id) => !later.includes(id))
}
