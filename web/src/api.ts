// What the server answers, and the one place that asks it.
// Why: every figure on the page comes from these five reads; their types stand beside the requests.
// It does not cache, retry or interpret: `load.ts` keeps answers, `state.ts` judges counts.

export type State = 'met' | 'under_way' | 'late' | 'lacking'
export type Status = 'not_due' | 'due' | 'met' | 'late' | 'missing' | 'exempt' | 'cancelled'
/** A count, or “one to four”: too few to be shown where no records may be seen. */
export type Cell = number | '<5'
export type Counts = Record<Status, Cell> & { figure?: string }
export type Origin = 'text' | 'reading' | 'advice'
export type BlockKind =
  | 'head' | 'number' | 'title' | 'addressee' | 'heading' | 'paragraph' | 'signature'

export interface Run { text: string; clauses: string[] }
export interface Block { kind: BlockKind; runs: Run[] }
export interface Clause {
  id: string
  title: string
  kind: 'duty' | 'flow' | 'check' | 'statement'
  origin: Origin
  note?: string
  /** Index of the block its quote stands in, or -1. */
  block: number
}
export interface Phase { name: string; from: string; to: string }
export interface Total { title: string; stated: string; counted: string; agrees: boolean }
export interface Paper {
  rehearsal: boolean
  today: string
  plan: {
    id: string
    title: string
    number: string
    issuer: { id: string; name: string }
    term: { from: string; to: string }
  }
  phases: Phase[]
  counts: { text: number; reading: number; advice: number }
  blocks: Block[]
  clauses: Clause[]
  totals: Total[]
  roots: { org: string }
}

export interface Org { id: string; name: string; level: string }
export interface Standing { org: Org; day: string; clauses: Record<string, Counts> }
export interface OrgChildren {
  parents: { id: string; name: string }[]
  children: (Org & { has_children: boolean })[]
  total: number
  page: number
  page_size: number
}

export interface Axis {
  name: string
  question: string
  options: ReadingOption[]
}
export interface ReadingOption {
  name: string
  text: string
  starred: boolean
  chosen: boolean
  /** What asks for it: C035/april=include. */
  reading: string
}
/** What the official reading gives beside the one shown. */
export interface Comparison { official: Counts; appear: Cell; vanish: Cell }
export interface StepRow {
  name: string
  due: string
  status: Status
  days_late?: number
  flags: string[]
}
export interface Obligation {
  key: string
  subject: { id: string; name: string }
  period: { from: string; to: string }
  due: string
  value: string | number | null
  target: string | number | null
  status: Status
  days_late?: number
  flags: string[]
  /** Of a flow its steps in order. */
  steps: StepRow[]
}
export interface ClauseDetail {
  id: string
  title: string
  quote: string
  sentences: string[]
  rule: string[]
  origin: Origin
  origin_text: string
  part_origins: { part: string; origin: Origin; text: string }[]
  axes: Axis[]
  comparison?: Comparison
  standing: Counts
  units_total: number
  units_page: number
  units_page_size: number
  children: ({ org: Org } & Counts)[]
  obligations: {
    total: number
    page: number
    page_size: number
    rows: Obligation[]
    /** Why some are not listed. */
    withheld?: string
  }
}
export interface Evidence {
  page: number
  page_size: number
  counted_total: number
  not_counted_total: number
  counted: { form_label: string; day: string; text: string; step?: string }[]
  not_counted: { form_label: string; day: string; text: string; reason: string }[]
  lacking: string[]
  /** Why nothing is listed. */
  withheld?: string
}

/** The server answered, but not with what was asked for. */
export class Refused extends Error {
  constructor(readonly status: number) {
    super(`HTTP ${status}`)
  }
}

type Query = Record<string, string | number | string[]>

async function read<T>(path: string, query: Query, signal: AbortSignal): Promise<T> {
  const pairs = Object.entries(query).flatMap(([k, v]) =>
    Array.isArray(v) ? v.map((one) => [k, one]) : [[k, String(v)]],
  )
  const tail = pairs.length ? `?${new URLSearchParams(pairs)}` : ''
  const answer = await fetch(`/api/v1${path}${tail}`, {
    signal,
    headers: { Accept: 'application/json' },
  })
  if (!answer.ok) throw new Refused(answer.status)
  return answer.json() as Promise<T>
}

export const api = {
  paper: (signal: AbortSignal) => read<Paper>('/paper', {}, signal),
  standing: (org: string, day: string, signal: AbortSignal) =>
    read<Standing>('/paper/standing', { org, day }, signal),
  orgs: (parent: string, signal: AbortSignal, page = 1) =>
    read<OrgChildren>('/orgs', { parent, page }, signal),
  clause: (
    id: string,
    query: { org: string; day: string; page: number; units_page: number; reading: string[] },
    signal: AbortSignal,
  ) => read<ClauseDetail>(`/clauses/${encodeURIComponent(id)}`, query, signal),
  evidence: (
    id: string,
    query: {
      subject: string
      period: string
      org: string
      day: string
      page: number
      reading: string[]
    },
    signal: AbortSignal,
  ) => read<Evidence>(`/clauses/${encodeURIComponent(id)}/evidence`, query, signal),
}
