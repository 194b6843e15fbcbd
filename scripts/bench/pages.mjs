// How long the pages of a running server take: node scripts/bench/pages.mjs BASE_URL
// Why: paper, roll-up and evidence are to answer within 20 ms at the 95th percentile, at city size.
// It asks one after the other over the loopback, as one reader does, and checks nothing else.
const base = process.argv[2]
if (!base) {
  console.error('usage: node scripts/bench/pages.mjs BASE_URL')
  process.exit(1)
}
const DAYS = ['2012-09-18', '2012-06-30']
const ROUNDS = 5
const get = async (path) => {
  const begun = performance.now()
  const answer = await fetch(`${base}/api/v1/${path}`)
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${answer.status} ${path}`)
  return { ms: performance.now() - begun, body: JSON.parse(text) }
}
const times = { paper: [], standing: [], clause: [], evidence: [] }
const first = {}
const note = (kind, ms) => times[kind].push(ms)

const { body: paper } = await get('paper')
const orgs = [paper.roots.org]
const { body: below } = await get(`orgs?parent=${paper.roots.org}`)
const rows = below.children ?? below.rows ?? below.orgs ?? []
for (const row of rows.slice(0, 4)) orgs.push(row.id ?? row.org?.id)
for (const day of DAYS) {
  first[day] = (await get(`paper/standing?day=${day}`)).ms
  for (let round = 0; round < ROUNDS; round += 1) {
    note('paper', (await get('paper')).ms)
    for (const org of orgs) {
      note('standing', (await get(`paper/standing?day=${day}&org=${org}`)).ms)
      for (const { id } of paper.clauses) {
        const { ms, body } = await get(`clauses/${id}?day=${day}&org=${org}`)
        note('clause', ms)
        const row = body.obligations?.rows?.[round]
        if (!row) continue
        const subject = encodeURIComponent(row.subject.id)
        const where = `day=${day}&org=${org}&subject=${subject}&period=${row.period.from}`
        note('evidence', (await get(`clauses/${id}/evidence?${where}`)).ms)
      }
    }
  }
}
const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
for (const [kind, all] of Object.entries(times)) {
  const sorted = all.toSorted((a, b) => a - b)
  const figures = [0.5, 0.95, 0.99, 1].map((share) => at(sorted, share).toFixed(1))
  console.log(`${kind.padEnd(9)} ${sorted.length} answers, p50 p95 p99 max ms: ${figures.join(' ')}`)
}
for (const [day, ms] of Object.entries(first)) console.log(`first page of ${day}: ${ms.toFixed(0)} ms`)
