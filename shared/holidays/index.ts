export { createHolidays } from './holidays.ts'
