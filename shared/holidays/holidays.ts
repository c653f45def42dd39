import { type DaysOff, type Holidays, quote } from '../schedule/index.ts'
import { loadLibrary } from './library.ts'

const dayMs = 24 * 60 * 60 * 1000

/**
 * The last year of which holidays are told. Laws change, so an old release must not go on for ever; and from 2032 on the
 * library misses a holiday of Japan, the day between two others in September.
 */
const untilYear = 2031

/**
 * Each code takes up to a third of a second, and anybody may name some. The countries of the world are few, and there are
 * thousands of their states and regions, so a host computes so many of these. No team can take a country from another.
 */
const mostRegions = 24

/** The data are under CC BY-SA 3.0, which asks to be named. */
const source = 'date-holidays, CC BY-SA 3.0'

/** A country as ISO 3166 has it, maybe with a state and a region of it: `JP`, `DE-BY`, `DE-BY-A`. */
const codeForm = /^[A-Z]{2}(-[A-Za-z0-9]{1,8}){0,2}$/

/**
 * The public holidays of countries and their regions, of last year, this one and the next. The library is loaded when a
 * country is asked for the first time. What is no country is answered by a text that says so, as the rest of a sentence.
 */
export function createHolidays(now: () => Date): (country: string) => Holidays | string {
  let known = new Map<string, Holidays>()
  let knownYear: number | undefined
  return (country) => {
    const year = now().getUTCFullYear()
    if (year !== knownYear) known = new Map()
    knownYear = year
    const before = known.get(country)
    if (before !== undefined) return before
    if (isRegion(country) && [...known.keys()].filter(isRegion).length >= mostRegions)
      return `is ${quote(country)}, and ${mostRegions} other states and regions are in use: name the country, and list the other days in days-off`
    const daysOff = codeForm.test(country) ? daysOffOf(country, year) : undefined
    if (daysOff === undefined)
      return `is ${quote(country)}, which is no country whose holidays are known, such as JP or DE-BY`
    const holidays = { country, daysOff, untilYear, source }
    known.set(country, holidays)
    return holidays
  }
}

const isRegion = (code: string): boolean => code.includes('-')

function daysOffOf(code: string, year: number): DaysOff[] | undefined {
  const [country = '', state, region] = code.split('-')
  const library = new (loadLibrary())()
  const isKnown =
    Object.hasOwn(library.getCountries(), country) &&
    (state === undefined || Object.hasOwn(library.getStates(country) ?? {}, state)) &&
    (region === undefined || Object.hasOwn(library.getRegions(country, state ?? '') ?? {}, region))
  if (!isKnown) return undefined
  library.init(country, state ?? '', region ?? '', { types: ['public'] })
  const years = [year - 1, year, year + 1].filter((one) => one <= untilYear)
  return years
    .flatMap((one) => library.getHolidays(one))
    .map(({ date, start, end, name }) => {
      // The date is that of the country. A holiday in whose course the clocks change is an hour longer or shorter.
      const fromWallMs = Date.parse(date.slice(0, 10))
      const days = Math.max(1, Math.round((end.getTime() - start.getTime()) / dayMs))
      return { fromWallMs, toWallMs: fromWallMs + days * dayMs, because: `holiday: ${name}` }
    })
}
