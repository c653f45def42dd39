import { stripTypeScriptTypes } from 'node:module'

/** Jest's transform: the same type stripping by which Node runs these files itself, so line numbers stay true. */
export default {
  process: (source) => ({ code: stripTypeScriptTypes(source) }),
}
