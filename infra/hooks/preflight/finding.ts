/** Something that is wrong before a deployment, with the command or the setting that fixes it. */
export interface Finding {
  /** An error makes the deployment fail. A warning does not; something will not work later. */
  severity: 'error' | 'warning'
  what: string
  fix: string
}

export const error = (what: string, fix: string): Finding => ({ severity: 'error', what, fix })
export const warning = (what: string, fix: string): Finding => ({ severity: 'warning', what, fix })

/** The lines for all findings, errors first. */
export function describeFindings(findings: Finding[]): string[] {
  const of = (severity: Finding['severity'], mark: string) =>
    findings
      .filter((finding) => finding.severity === severity)
      .flatMap(({ what, fix }) => [`${mark} ${what}`, `    ${fix}`])
  return [...of('error', '✗'), ...of('warning', '!')]
}
