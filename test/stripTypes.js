import { stripTypeScriptTypes } from 'node:module'

/** Jest's transform: it strips the types as Node does when it runs these files, so line numbers stay true. */
export default {
  process: (source) => ({ code: stripTypeScriptTypes(source) }),
}
