// What the server answers, and the one place that asks it.
// Why: every figure on the page comes from these five reads; their types stand beside the requests.
// It does not cache, retry or interpret: `load.ts` keeps answers, `state.ts` judges counts.

export type State = 'met' | 'under_way' | 'late' | 'lacking'
export type Status = 'not_due' | 'due' | 'met' | 'late' | 'missing' | 'exempt' | 'cancelled'
export type Counts = Record<Status, number> & { figure?: string }
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
}

export interface Axis {
  name: string
  question: string
  options: { name: string; text: string; starred: boolean }[]
}
export interface Obligation {
  key: string
  subject: { id: string; name?: string }
  period: { from: string; to: string }
  due: string
  value: string | number | null
  target: string | number | null
  status: Status
  days_late?: number
  flags: string[]
}
export interface ClauseDetail {
  id: string
  title: string
  quote: string
  rule: string[]
  origin: Origin
  origin_text: string
  axes: Axis[]
  standing: Counts
  children: ({ org: Org } & Counts)[]
  obligations: { total: number; page: number; page_size: number; rows: Obligation[] }
}
export interface Evidence {
  counted: { form: string; form_label: string; id: string; day: string; text: string }[]
  not_counted: { form: string; form_label: string; id: string; day: string; reason: string }[]
  lacking: string[]
}

/** The server answered, but not with what was asked for. */
export class Refused extends Error {
  constructor(readonly status: number) {
    super(`HTTP ${status}`)
  }
}

type Query = Record<string, string | number>

async function read<T>(path: string, query: Query, signal: AbortSignal): Promise<T> {
  const pairs = Object.entries(query).map(([k, v]) => [k, String(v)])
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
  orgs: (parent: string, signal: AbortSignal) =>
    read<OrgChildren>('/orgs', { parent }, signal),
  clause: (id: string, query: { org: string; day: string; page: number }, signal: AbortSignal) =>
    read<ClauseDetail>(`/clauses/${encodeURIComponent(id)}`, query, signal),
  evidence: (
    id: string,
    query: { subject: string; period: string; day: string },
    signal: AbortSignal,
  ) => read<Evidence>(`/clauses/${encodeURIComponent(id)}/evidence`, query, signal),
}
