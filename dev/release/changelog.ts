/** The changelog has no text for a release. The message says what to write where. */
export class ChangelogError extends Error {
  override readonly name = 'ChangelogError'
}

const headOf = (line: string) => /^## \[([^\]]+)\]/.exec(line)?.[1]

/** The versions that the changelog has, the newest first, without what is not released. */
export const versionsOf = (changelog: string): string[] =>
  changelog
    .split('\n')
    .map(headOf)
    .filter((version) => version !== undefined && version !== 'Unreleased')
    .map(String)

/** The text below the heading of a version, trimmed; undefined when it has none. */
export function sectionOf(changelog: string, version: string): string | undefined {
  const lines = changelog.split('\n')
  const start = lines.findIndex((line) => headOf(line) === version)
  if (start < 0) return undefined
  const after = lines.slice(start + 1)
  const end = after.findIndex((line) => headOf(line) !== undefined)
  return (end < 0 ? after : after.slice(0, end)).join('\n').trim()
}

/**
 * The changelog in which a version is released: it has a section already, or gets what is not released yet.
 * @param day as YYYY-MM-DD
 * @throws ChangelogError when there is nothing to say of the version
 */
export function released(changelog: string, { version, day }: { version: string; day: string }): string {
  if (sectionOf(changelog, version)) return changelog
  if (!sectionOf(changelog, 'Unreleased')) {
    throw new ChangelogError(
      `CHANGELOG.md says nothing of ${version}: write below "## [Unreleased]" what changes for those who use it`,
    )
  }
  return changelog.replace('## [Unreleased]', `## [Unreleased]\n\n## [${version}] - ${day}`)
}
