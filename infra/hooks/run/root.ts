import { fileURLToPath } from 'node:url'

/** The root folder of the project, from which every command runs. */
export const root = fileURLToPath(new URL('../../../', import.meta.url))
