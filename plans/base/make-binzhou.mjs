// Makes plans/base/binzhou/, the registry that the Binzhou paper speaks of: org.csv, place.csv and
// workdays.csv, as a fact folder that `nuanjia evaluate --facts` reads.
//
// Why: the 103 organisations are derived from the paper, the 5,302 villages stand in a table; one
// script joins them, so that whoever doubts a row can follow it to plans/base/sources/.
// Left out on purpose: persons, households and records (a rehearsal makes those up), and which
// townships a development zone holds (no public table says so; here every township stays with
// its county). No network, no clock, no dependency: the same sources give the same bytes.
// Run: node plans/base/make-binzhou.mjs [FOLDER]. Read next: sources/README.md.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const HERE = dirname(fileURLToPath(import.meta.url))
const SOURCES = join(HERE, 'sources')
const FOLDER = process.argv[2] ?? join(HERE, 'binzhou')

/** Every row holds since long before any campaign; the tables say no day. */
const FROM = '2000-01-01'

/** 沾化 was a county with the code 371624 in 2012; the table of 2016 has 371603. */
const RECODED = new Map([['371624', '371603']])

/** How a village office's name becomes that of its women's congress: 东关居委会 → 东关居妇代会. */
const OFFICE_ENDINGS = [
  ['社区居委会', '社区'],
  ['村村委会', '村'],
  ['村民委员会', '村'],
  ['委会', ''],
]

/** What the paper counts on, so that a lost row is noticed. */
const FEDERATIONS_EXPECTED = 103
const VILLAGES_EXPECTED = 5302

main()

function main() {
  const divisions = readTable('binzhou_divisions_2016.csv')
  const seed = readTable('org_seed_2012.csv')
  const workdays = readTable('workdays_2012_2026.csv')
  const places = placeRows(divisions)
  const orgs = [...federationRows(seed, places), ...congressRows(seed, divisions)]
  assertWhole(orgs, places)
  mkdirSync(FOLDER, { recursive: true })
  writeTable('org.csv', ['id', 'name', 'level', 'kind', 'parent', 'place', 'from', 'to'], orgs)
  writeTable('place.csv', ['id', 'code', 'name', 'level', 'parent', 'from', 'to'], places)
  writeTable('workdays.csv', ['date', 'kind'], workdays)
  console.log(`${FOLDER}: ${orgs.length} organisations, ${places.length} places`)
}

/** `371602001016,东关居委会,village,371602001000` becomes a place below `g371602001000`. */
function placeRows(divisions) {
  const known = new Set(divisions.map((division) => division.code))
  return divisions.map(({ code, name, level, parent_code: parent }) => ({
    id: placeId(code),
    code,
    name,
    level,
    parent: known.has(parent) ? placeId(parent) : '',
    from: FROM,
    to: '',
  }))
}

/** The 103 organisations of the paper, in its own order, under their seed codes. */
function federationRows(seed, places) {
  const known = new Set(places.map((place) => place.id))
  return seed.map((row) => {
    const place = row.division_code === '' ? '' : placeId(divisionOf(row))
    if (place !== '' && !known.has(place)) throw new Error(`${row.org_code}: no place ${place}`)
    const kind = row.org_level === 'zone' ? 'committee' : 'federation'
    return {
      id: row.org_code,
      name: row.org_name,
      level: row.org_level,
      kind,
      parent: row.parent_org_code,
      place,
      from: FROM,
      to: '',
    }
  })
}

/** One women's congress for each village, below the federation of the township it lies in. */
function congressRows(seed, divisions) {
  const townships = new Map(
    seed
      .filter((row) => row.org_level === 'township')
      .map((row) => [divisionOf(row), row.org_code]),
  )
  return divisions
    .filter((division) => division.level === 'village')
    .map(({ code, name, parent_code: township }) => {
      const parent = townships.get(township)
      if (parent === undefined) throw new Error(`${code} ${name}: no organisation in ${township}`)
      return {
        id: code,
        name: congressName(name),
        level: 'village',
        kind: 'congress',
        parent,
        place: placeId(code),
        from: FROM,
        to: '',
      }
    })
}

function congressName(office) {
  for (const [ending, kept] of OFFICE_ENDINGS) {
    if (office.endsWith(ending)) return `${office.slice(0, -ending.length)}${kept}妇代会`
  }
  return `${office}妇代会`
}

/** The seed's division code as the table of 2016 writes it. */
function divisionOf(row) {
  const code = row.division_code
  const recoded = RECODED.get(code.slice(0, 6))
  return recoded === undefined ? code : recoded + code.slice(6)
}

function placeId(code) {
  return `g${code}`
}

/** Fails loudly: a registry with a hole would shrink every total without a word. */
function assertWhole(orgs, places) {
  const ids = new Set(orgs.map((org) => org.id))
  if (ids.size !== orgs.length) throw new Error('an organisation stands twice')
  const villages = orgs.filter((org) => org.level === 'village').length
  if (villages !== VILLAGES_EXPECTED) {
    throw new Error(`${villages} villages, not ${VILLAGES_EXPECTED}`)
  }
  if (orgs.length - villages !== FEDERATIONS_EXPECTED) throw new Error('not the 103 organisations')
  const orphan = orgs.find((org) => org.parent !== '' && !ids.has(org.parent))
  if (orphan !== undefined) throw new Error(`${orphan.id}: no parent ${orphan.parent}`)
  if (new Set(places.map((place) => place.id)).size !== places.length) {
    throw new Error('a place stands twice')
  }
}

/** A table of plain cells; the sources hold no quotes, and a quote would be an error here. */
function readTable(name) {
  const text = readFileSync(join(SOURCES, name), 'utf8').replace(/^\uFEFF/, '')
  const lines = text.split(/\r?\n/).filter((line) => line !== '')
  const header = lines[0].split(',')
  return lines.slice(1).map((line, index) => {
    const cells = line.split(',')
    if (line.includes('"') || cells.length !== header.length) {
      throw new Error(`${name}:${index + 2}: not ${header.length} plain cells`)
    }
    return Object.fromEntries(header.map((column, at) => [column, cells[at]]))
  })
}

function writeTable(name, columns, rows) {
  const lines = rows.map((row) => columns.map((column) => row[column]).join(','))
  writeFileSync(join(FOLDER, name), [columns.join(','), ...lines, ''].join('\n'))
}
