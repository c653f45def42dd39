/** A fault that a check has found in the templates or in what is deployed with them. */
export interface Finding {
  /** The file to change, from the project's root. */
  file: string
  /** From 1; absent where the fault is not in one line. */
  line?: number
  /** What is wrong, and what to do. */
  message: string
}

/** A finding as one line, as compilers write theirs. */
export const describeFinding = ({ file, line, message }: Finding): string =>
  `${file}${line === undefined ? '' : `:${line}`}: ${message}`
