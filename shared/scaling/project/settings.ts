/** A project as the settings have it. Cron lines in the given IANA zone. */
export interface ProjectSettings {
  name: string
  namespaces: string[]
  nodePool?: string | undefined
  nodeSelector?: Record<string, string> | undefined
  scaleDown: string[]
  scaleUp: string[]
  timeZone: string
  /** How it finds its namespaces in the cluster; absent where they are named. */
  match?: NamespaceMatch | undefined
}

/** How an entry of PROJECTS finds its namespaces in the cluster: by labels, by a pattern of names, or by both. */
export interface NamespaceMatch {
  /** All of them must be there. */
  selector?: Record<string, string> | undefined
  /** A name in which `*` stands for any characters. */
  pattern?: string | undefined
  /** Whether all namespaces are one project. Otherwise each is a project of its own, by this one schedule. */
  isOneProject: boolean
  /** With more, something is wrong, and none of them is put to zero. */
  atMost: number
}
